"""Find the faces in photos and tell their expressions, without TensorFlow.

python -m emotions.predict photo.jpg

from emotions.predict.predictor import Predictor

predictor = Predictor.load(Path("release/CompactCNN-modern.onnx"))
for face in predictor.faces(image):  # (H, W, 3) uint8 RGB
    print(face.box, face.ranked)
"""
