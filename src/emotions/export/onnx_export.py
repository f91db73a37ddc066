"""Make an ONNX file of a Keras model: the same bytes of the same model, its classes in its metadata."""

import tempfile
import warnings
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import onnx
from onnx import GraphProto, ModelProto, NodeProto

from emotions.export.reference import call_once, compare
from emotions.predict.classifier import Classifier
from emotions.predict.model_description import ModelDescription
from emotions.runtime.atomic_files import atomic_write
from emotions.runtime.errors import UserError
from emotions.runtime.keras_types import Model


def write_onnx(model: Model, description: ModelDescription, path: Path) -> float:
    """Write a model of (N, 48, 48, 1) uint8 pixels as ONNX, whole and checked or not at all.

    Returns:
        The largest difference between its scores and Keras's.

    Raises:
        UserError: The model can't be converted, or its scores differ from Keras's by more than 1e-4.
    """
    content = _normal(_converted(model), description).SerializeToString(deterministic=True)
    with atomic_write(path) as temporary:
        temporary.write_bytes(content)
        return compare(model, Classifier.load(temporary).scores, path)


def _converted(model: Model) -> ModelProto:
    call_once(model)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(), redirect_stderr(StringIO()):
        warnings.simplefilter("ignore")  # and tf2onnx logs what it does on the error stream
        file = Path(folder, "model.onnx")
        try:
            model.export(file, format="onnx", verbose=False)
            return onnx.load(file)
        except Exception as error:  # the converter raises what its parts happen to raise
            raise UserError(
                f"the model can't be written as ONNX: {' '.join(str(error).split())[:300]}"
            ) from None


def _normal(model: ModelProto, description: ModelDescription) -> ModelProto:
    """Give nodes and tensors an order and names that depend on the graph alone; tf2onnx counts calls."""
    graph = model.graph
    nodes = _ordered(graph)
    names = {graph.input[0].name: "pixels", graph.output[0].name: "scores", "": ""}
    for node in nodes:
        for name in (*node.input, *node.output):
            names.setdefault(name, f"t{len(names)}")
    for number, node in enumerate(nodes):
        node.name = f"{node.op_type}_{number}"
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
    weights = [weight for weight in graph.initializer if weight.name in names]
    for weight in weights:
        weight.name = names[weight.name]
    weights.sort(key=lambda weight: int(weight.name[1:]))
    for value, name in ((graph.input[0], "pixels"), (graph.output[0], "scores")):
        value.name = name
        value.type.tensor_type.shape.dim[0].dim_param = "N"
    plain = onnx.helper.make_graph(nodes, "model", [graph.input[0]], [graph.output[0]], weights)
    made = onnx.helper.make_model(plain, opset_imports=_operators(model, nodes), ir_version=model.ir_version)
    made.producer_name = "emotions"
    onnx.helper.set_model_props(made, description.metadata())
    return made


def _ordered(graph: GraphProto) -> list[NodeProto]:
    """Return the nodes that the output needs, each behind those that it needs."""
    makers = {name: node for node in graph.node for name in node.output}
    ordered: list[NodeProto] = []
    done: set[str] = set()
    waiting = [graph.output[0].name]
    while waiting:  # deeper than Python's stack
        node = makers.get(waiting[-1])
        missing = [] if node is None else [name for name in node.input if name in makers and name not in done]
        if missing and waiting[-1] not in done:
            waiting.append(missing[0])
            continue
        waiting.pop()
        if node is not None and node.output[0] not in done:
            ordered.append(node)
            done.update(node.output)
    return ordered


def _operators(model: ModelProto, nodes: list[NodeProto]) -> list[onnx.OperatorSetIdProto]:
    used = {node.domain for node in nodes} | {""}
    return [one for one in model.opset_import if one.domain in used]
