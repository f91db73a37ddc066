"""Read a YAML file as DVC does, and say what DVC would only refuse."""

import re
from collections.abc import Iterator
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from emotions.runtime.errors import UserError

MOST_BYTES = 2**22
"""Of a file; `dvc.lock` has about 60 kB for a hundred cells."""
_MOST_VALUES = 200_000
"""With what aliases repeat, as a few lines of them can stand for more than any memory holds."""
_DEEPEST = 500
"""Of collections in each other: the parser, which is C, ends the process where they are far deeper."""

_KINDS = (str, int, float, type(None), list, dict)
"""Of keys and values; a bool is an int."""

_CONFLICT = re.compile(r"^([<>|=])\1{6}(?: |\r?$)", re.MULTILINE)
_UTF_16 = re.compile(rb"\xff\xfe|\xfe\xff|[^\0]\0|\0[^\0]")


def read_utf8(path: Path) -> str:
    """Return a file's text.

    Raises:
        UserError: It is missing, not in UTF-8, too large, or holds a conflict that git left.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path} is missing: run in the folder that holds params.yaml and dvc.yaml") from None
    if len(data) > MOST_BYTES:
        raise UserError(f"{path} has {len(data):,} bytes; {MOST_BYTES:,} are allowed")
    try:
        if _UTF_16.match(data):
            raise UserError(f"{path} is UTF-16, and DVC reads UTF-8 alone: save it as UTF-8")
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        encoding = f"in another encoding ({error.reason} at byte {error.start})"
        raise UserError(f"{path} is {encoding}, and DVC reads UTF-8 alone: save it as UTF-8") from None
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        raise UserError(f"{path} holds a conflict that git left, at line {line}: {_solution(path)}")
    return text


def read_yaml(path: Path) -> object:
    """Return a file's content.

    Raises:
        UserError: As of `read_utf8`, or it is no YAML, nested too deep, its aliases stand for too much, or it
            holds a date or another kind that DVC does not take.
    """
    text = read_utf8(path)
    if _depth(text) > _DEEPEST:
        raise UserError(f"{path} is not YAML that is read here: it is nested more than {_DEEPEST} deep")
    try:
        # YAML 1.2, as DVC reads it: in YAML 1.1, PyYAML's, `1e-3` would be a string.
        content = YAML(typ="safe").load(text)
    except Exception as error:  # its constructors raise nearly anything on odd values
        raise UserError(f"{path} is not YAML{_place(error)}") from None
    if _count(content, _MOST_VALUES) <= 0:
        raise UserError(f"{path} stands for more than {_MOST_VALUES:,} values: write fewer aliases")
    for key, value in _items(content):
        if not isinstance(value, _KINDS):
            kind = type(value).__name__
            raise UserError(
                f"{path}: {key}: YAML reads this as a {kind}, which DVC does not take: put quotes around it"
            )
    return content


def _place(error: Exception) -> str:
    """Say on one line what is wrong, and where."""
    mark = getattr(error, "problem_mark", None)
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return f": {' '.join(str(error).split())}"
    problem = str(error.problem).partition(" with value ")[0]  # which may be a secret
    told = f"{problem} {error.context or ''}".strip()
    return f", line {mark.line + 1}, column {mark.column + 1}: {told}"


def _solution(path: Path) -> str:
    if path.suffix == ".lock":
        return f"`git checkout --ours {path.name}` (or --theirs), then `dvc repro`"
    return "edit it, or take one side by `git checkout --ours` or `--theirs`"


def _depth(text: str) -> int:
    """Return how deep collections may stand in each other, by brackets and by indentation."""
    depth = deepest = 0
    for mark in re.findall(r"[\[\]{}]", text):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    indents = (len(match[0]) for match in re.finditer(r"^[ \-?:]+", text, re.MULTILINE))
    return deepest + max(indents, default=0)


def _items(content: object) -> Iterator[tuple[str, object]]:
    """Yield all keys and values, each with the keys that lead to it."""
    stack = [("", content)]
    while stack:
        where, value = stack.pop()
        yield where.removeprefix("."), value
        match value:
            case dict():
                for key, one in value.items():
                    stack += [(f"{where}.{key}", key), (f"{where}.{key}", one)]
            case list():
                stack += [(f"{where}.{i}", one) for i, one in enumerate(value)]


def _count(content: object, budget: int) -> int:
    """Return what is left of a budget of values, 0 or less where it does not suffice."""
    stack = [content]
    while stack and budget > 0:
        budget -= 1
        match stack.pop():
            case dict() as mapping:
                stack += [*mapping.keys(), *mapping.values()]
            case list() | tuple() | set() as items:
                stack += items
    return budget
