"""ONNX files in the shape of this project's, small enough to know what must come out; no TensorFlow."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from emotions.predict.model_description import ModelDescription

HALVES = ("up", "down", "dark")


def halves(classes=HALVES, generated=False, size=48, kind=TensorProto.UINT8, metadata=None):
    """A model whose scores are the brightness of an image's upper half, its lower half, and a tenth."""
    weights = np.zeros((size * size, 3), np.float32)
    weights[: size * size // 2, 0] = weights[size * size // 2 :, 1] = 2 / (255 * size * size)
    nodes = [
        helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["floats"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["sums"]),
        helper.make_node("Add", ["sums", "bias"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "halves",
        [helper.make_tensor_value_info("pixels", kind, ["N", size, size, 1])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([0, 0, 0.1], np.float32), "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    described = ModelDescription(tuple(classes), generated).metadata() if metadata is None else metadata
    onnx.helper.set_model_props(model, described)
    return model.SerializeToString()
