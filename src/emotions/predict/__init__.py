"""Find the faces in photos and tell their expressions, without TensorFlow.

python -m emotions.predict photo.jpg

from emotions.data.image_file import decode_image
from emotions.predict.predictor import Predictor

predictor = Predictor.load(Path("release/CompactCNN-modern.onnx"))
for face in predictor.faces(decode_image(Path("photo.jpg").read_bytes()).pixels):
    print(face.box, face.ranked)
"""

import os

# ONNX Runtime sends events to its makers otherwise, from its import on, and leaves files in the home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
