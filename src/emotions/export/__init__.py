"""Make of a Keras model a file that runs without Keras: ONNX or LiteRT, checked against it."""
