"""The section `backbones`: the network of each, as a reference that is checked and hashed but not imported.

A network is a function that is called as Keras Applications are. Importing one takes seconds, as it imports
TensorFlow, and the code of a cell must not hang on the networks of others: so stage `plan` reads sources.
"""

import ast
import difflib
from collections.abc import Iterable
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from emotions.data.faces import SIZE
from emotions.runtime.code_hash import digest, modules
from emotions.runtime.environment import OneDnn
from emotions.runtime.errors import UserError
from emotions.settings.base import Settings, refuse

SOURCE = Path(__file__).parents[2]
"""The folder that holds this package."""

_SIZE = Annotated[int, Field(ge=1, le=1024)]


class Backbone(Settings):
    """A network, and what building a model of it must know.

    Attributes:
        network: `module:function`.
        channels: 3 for RGB, 1 for grey.
        smallest: The smallest height and width in pixels that it takes.
        input_size: The height and width that it is given; None is the faces' own, or `smallest` if that is
            larger.
        any_size: Whether the same weights serve every height and width; those of a dense layer on a
            flattened map do not.
        onednn: Where oneDNN's kernels are faster for it on x86: `always`, or with `avx512` alone.
    """

    network: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$",
            description="module:function, such as keras.applications:ResNet50V2",
        ),
    ]
    channels: Annotated[Literal[1, 3], Field(description="3 for RGB, or 1 for grey")] = 3
    smallest: _SIZE = 32
    input_size: Annotated[_SIZE | None, Field(description="null, or a whole number from 1 to 1024")] = None
    any_size: bool = True
    onednn: OneDnn = "always"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.size < self.smallest:
            refuse("input_size", self.size, f"at least {self.smallest}")
        return self

    @property
    def size(self) -> int:
        """Return the height and width in pixels of its inputs."""
        return self.input_size or max(SIZE, self.smallest)

    @property
    def imagenet(self) -> bool:
        """Tell whether there are weights from ImageNet: Keras has them for its own."""
        return self.network.startswith("keras.applications:")


def check_network(key: str, network: str, networks: Path) -> dict[str, str]:
    """Check a reference without importing anything; return the hashes of the project's modules behind it.

    Args:
        key: The reference's key in `params.yaml`.
        network: `module:function`.
        networks: The folder of the networks that are not this package's.

    Raises:
        UserError: There is no such module or function, or DVC would not see the module change.
    """
    module, _, name = network.partition(":")
    file = _source(module)
    if file is None:
        allowed = f"a module of an installed package, such as keras.applications, or {networks.name}.FILE"
        raise UserError(f"{key}: {network} is given, but there is no module {module}; allowed: {allowed}")
    try:
        names = _names([ast.parse(file.read_bytes())])
        own = _modules(network)
    except (SyntaxError, ValueError) as error:
        raise UserError(f"{key}: {network} is given, but {file} can't be read: {error}") from None
    if not {name, "*"} & names:
        close = difflib.get_close_matches(name, names, n=5) or sorted(names)
        allowed = ", ".join(close) or "nothing, as it is empty"
        raise UserError(f"{key}: {network} is given, but {module} has no {name}; allowed: {allowed}")
    watched = networks.resolve(), SOURCE / "emotions"
    for path, one in own.items():
        if not any(one.is_relative_to(folder) for folder in watched):
            allowed = f"modules in {networks.name}/, which stage `plan` depends on, and installed packages"
            problem = f"{network} runs {path}, whose changes DVC would miss"
            raise UserError(f"{key}: {problem}; allowed: {allowed}")
    return network_code(network)


def network_code(network: str) -> dict[str, str]:
    """Return the hash of each of the project's modules that a network runs on, by its path.

    These are the modules in the working directory and beside this package, which it imports, wherever in a
    file the import stands. Those of an installed package, such as Keras's, are none.

    Raises:
        UserError: One of them is not Python.
    """
    try:
        return {path: digest(file) for path, file in _modules(network).items()}
    except (SyntaxError, ValueError) as error:
        raise UserError(f"the network {network} can't be read: {error}") from None


def _modules(network: str) -> dict[str, Path]:
    return modules(network.partition(":")[0], Path.cwd(), SOURCE)


def _source(module: str) -> Path | None:
    """Find a module's file as `import` does, but without importing the packages that it stands in."""
    top, *rest = module.split(".")
    spec = find_spec(top)
    for depth in range(len(rest)):
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = ".".join((top, *rest[: depth + 1]))
        spec = PathFinder.find_spec(name, list(spec.submodule_search_locations))
    return Path(spec.origin) if spec and spec.origin and spec.has_location else None


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that a module's statements define or import, but not those inside its functions."""
    names: set[str] = set()
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.ImportFrom():
                names.update(alias.asname or alias.name for alias in node.names)
            case _:
                names |= _names(ast.iter_child_nodes(node))
    return names
