"""Hashes of the code that a stage runs: of what its modules do, and not of how they are written.

DVC does not follow imports, and with all modules of all stages named in `dvc.yaml` it spends two fifths of
a command on reading their hashes. So stage `plan` writes them down, and a stage depends on its own list.
Comments, docstrings and layout shape nothing, so a hash does not change with them.
"""

import ast
import hashlib
import io
import tokenize
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

DATA = {".css", ".csv", ".j2", ".onnx"}
"""Suffixes of the data files that the package carries."""

UNHASHED = frozenset(
    f"emotions/{name}.py"
    for name in (
        "runtime/code_hash",
        "runtime/errors",
        "runtime/lock",
        "runtime/parent_watch",
        "settings/backbones",
        "stages/command",
        "training/progress",
    )
)
"""Modules that start, check, watch and end a run, and shape nothing of what it computes: a better message or
a mended lock makes no cell stale. What else they import is not followed."""

_MARKS = {tokenize.NEWLINE: "\n", tokenize.INDENT: "\t", tokenize.DEDENT: "\r"}
"""What stands for the tokens whose text is layout but that end statements, and begin and end blocks."""
_BLOCKS = {tokenize.INDENT, tokenize.DEDENT}
_LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER}


_Place: TypeAlias = tuple[int, int]
"""A line, from 1, and a character in it, from 0."""


def digests(module: str, source: Path) -> dict[str, str]:
    """Return the hash of each file that a module runs on, by its path in `source`, in order.

    These are the module, all modules of its top package that it imports, wherever in a file the import
    stands, the packages they stand in, and the data files beside them, without what is `UNHASHED`.

    Args:
        module: A dotted name.
        source: The folder that holds the module's top package.

    Raises:
        ValueError: An import is relative, which is not followed.
    """
    found = modules(module, source)
    folders = {file.parent for file in found.values()}
    # What an editor or a patch leaves beside a module shapes nothing.
    data = [file for folder in folders for file in folder.iterdir() if file.suffix in DATA]
    found |= {file.relative_to(source).as_posix(): file for file in data}
    return {path: digest(file) for path, file in sorted(found.items())}


def modules(module: str, *sources: Path) -> dict[str, Path]:
    """Return the file of a module and of each that it imports, by their paths in the first source with them.

    Raises:
        ValueError: An import is relative.
        SyntaxError: A file is not Python.
    """
    found: dict[str, Path] = {}
    _follow(module, sources, found)
    return dict(sorted(found.items()))


def digest(file: Path) -> str:
    """Return the SHA-256 of what a Python module does, or of another text file's lines.

    Equal on all versions of Python that this project runs on, and whatever the ends of lines are.
    """
    content = file.read_bytes()
    if file.suffix == ".py":
        return _meaning(content)
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _follow(module: str, sources: tuple[Path, ...], found: dict[str, Path]) -> None:
    stem = module.replace(".", "/")
    paths = [(source, path) for source in sources for path in (f"{stem}.py", f"{stem}/__init__.py")]
    source, path = next(((source, path) for source, path in paths if (source / path).is_file()), (None, ""))
    if source is None or path in found or path in UNHASHED:
        return
    found[path] = source / path
    if package := module.rpartition(".")[0]:
        _follow(package, sources, found)
    for imported in _imports(source / path, (source / path).read_bytes()):
        _follow(imported, sources, found)


@lru_cache(maxsize=1024)  # most modules are of several stages
def _imports(file: Path, content: bytes) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(content, file)):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                dots = "." * node.level
                raise ValueError(f"{file}: line {node.lineno} imports from {dots}; allowed: a full name")
            # What is imported may be a module too.
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@lru_cache(maxsize=1024)
def _meaning(content: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    text = io.StringIO(content.decode(encoding), newline=None).read()
    return hashlib.sha256("\0".join(_tokens(text)).encode()).hexdigest()


def _tokens(text: str) -> Iterator[str]:
    """Give the tokens of a source, with marks for lines and blocks, without what does nothing when it is run.

    From Python 3.12 an f-string is many tokens; here it is its source, the one token that it is in 3.11.
    """
    lines = text.split("\n")
    useless = _useless(text, lines)
    until = start = (0, 0)
    depth = 0
    alone = dropped = False
    last = "\n"
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = tokenize.tok_name[token.type]
        begin, string = token.start, _MARKS.get(token.type, token.string)
        if kind == "FSTRING_START":
            start = start if depth else begin
            depth += 1
        elif kind == "FSTRING_END":
            depth -= 1
            begin, string = start, _between(lines, start, token.end)
        if depth or token.type in _LAYOUT:
            continue
        if token.type not in _MARKS:
            until = useless.get(begin, until)
        if begin < until and token.type not in _BLOCKS:
            alone, dropped = last in _MARKS.values(), True
        # With the statement goes what ends it, unless that ends another on its line too.
        elif dropped and (string == ";" or (string == "\n" and alone)):
            dropped = False
        else:
            dropped = False
            last = string
            yield string


def _useless(text: str, lines: list[str]) -> dict[_Place, _Place]:
    """Return where statements that are a string alone start, and where they end."""

    def place(line: int, byte: int) -> _Place:
        return line, len(lines[line - 1].encode()[:byte].decode())

    return {
        place(node.lineno, node.col_offset): place(node.end_lineno or 0, node.end_col_offset or 0)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _between(lines: list[str], start: _Place, end: _Place) -> str:
    (first, left), (last, right) = start, end
    if first == last:
        return lines[first - 1][left:right]
    return "\n".join([lines[first - 1][left:], *lines[first : last - 1], lines[last - 1][:right]])
