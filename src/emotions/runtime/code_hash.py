"""What code a stage runs: the modules that it imports, found without running them.

DVC does not follow imports, and with all modules of all stages named in `dvc.yaml` it spends two fifths of
a command on reading their hashes. So stage `plan` writes them down, and a stage depends on its own list.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

DATA = {".css", ".csv", ".j2"}
"""Suffixes of the data files that the package carries."""


def digests(module: str, source: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that a module runs on, by its path in `source`, in order.

    These are the module, all modules of its top package that it imports, wherever in a file the import
    stands, the packages they stand in, and the data files beside them.

    Args:
        module: A dotted name.
        source: The folder that holds the module's top package.

    Raises:
        ValueError: An import is relative, which is not followed.
    """
    modules: set[Path] = set()
    _follow(module, source, modules)
    folders = {file.parent for file in modules}
    data = {file for folder in folders for file in folder.iterdir() if _is_data(file)}
    return {
        file.relative_to(source).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(modules | data)
    }


def _follow(module: str, source: Path, found: set[Path]) -> None:
    stem = source.joinpath(*module.split("."))
    file = next((file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()), None)
    if file is None or file in found:
        return
    found.add(file)
    if package := module.rpartition(".")[0]:
        _follow(package, source, found)
    for imported in _imports(file):
        if imported.partition(".")[0] == module.partition(".")[0]:
            _follow(imported, source, found)


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                dots = "." * node.level
                raise ValueError(f"{file}: line {node.lineno} imports from {dots}; allowed: a full name")
            yield node.module
            # What is imported may be a module too.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_data(file: Path) -> bool:
    # What an editor or a patch leaves beside a module shapes nothing.
    return file.suffix in DATA
