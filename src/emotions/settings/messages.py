"""What a file holds as a model, or Pydantic's findings in the words of someone who edits `params.yaml`."""

import difflib
import json
import re
from collections.abc import Sequence
from typing import TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from emotions.runtime.errors import UserError

_Model = TypeVar("_Model", bound=BaseModel)

AFTER_SET_PARAM = (
    "If -S put it there: `git checkout params.yaml` takes it out again, as DVC leaves it in the file"
)
"""What to add to an error in a value, as `dvc exp run -S` writes any into `params.yaml`."""

_MOST_SHOWN, _LONGEST, _MOST_LINES = 200, 800, 10
"""Of a value and of a line, in characters, and of errors."""

_SECRET = re.compile(r"(?i)token|secret|passw|credential|key$")
_KAGGLE = (
    "; Kaggle's token belongs in the variable KAGGLE_API_TOKEN or in ~/.kaggle/access_token, as git holds "
    "this file"
)

_PLAIN = {
    "string_pattern_mismatch": "letters, digits, - and _",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "too_short": "a longer list",
    "too_long": "a shorter list",
}


def validated(model: type[_Model], content: object, prefix: str) -> _Model:
    """Return a model of what a file holds under the key `prefix`; blank for the whole file.

    Raises:
        UserError: It is not allowed; each fault as `explain` tells it.
    """
    try:
        # Through JSON, where a list may stand for a tuple though every other type is strict.
        written = json.dumps(content, default=str)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"{prefix or 'the whole file'}: a key or a number is none that JSON has ({error})"
        ) from None
    try:
        return model.model_validate_json(written)
    except ValidationError as error:
        raise UserError(explain(error, model, prefix)) from None


def explain(error: ValidationError, model: type[BaseModel], prefix: str = "") -> str:
    """Name each faulty key, what was given and what is allowed, one line each.

    What is allowed is the field's description where it has one, else pydantic's own words. `prefix` is the
    key under which the model stands in the file. What stands under an unknown key, or under one whose name
    speaks of a secret, is not shown.
    """
    lines = [_line(detail, model, prefix) for detail in error.errors(include_url=False)]
    lines = [_cut(line, _LONGEST) for line in dict.fromkeys(lines)]
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"and {len(lines) - _MOST_LINES} more"]
    return "\n  ".join(lines)


def _line(detail: ErrorDetails, model: type[BaseModel], prefix: str) -> str:
    steps = [str(step) for step in detail["loc"] if step != "[key]"]
    place = [prefix, *steps] if prefix else steps
    if detail["type"] == "disagrees":
        return ".".join([*place, detail["msg"]])
    key = ".".join(place) or "the whole file"
    if detail["type"] == "missing":
        return f"{key}: nothing is given, but it is needed"
    secret = any(map(_SECRET.search, steps))
    if detail["type"] == "extra_forbidden":
        return f"{key}: there is no such key; {_known_keys(model, steps)}{_KAGGLE if secret else ''}"
    given = _cut(json.dumps("…" if secret else _shown(detail["input"]), ensure_ascii=False), _MOST_SHOWN)
    field = _field(model, steps)
    allowed = (field and field.description) or _PLAIN.get(detail["type"])
    allowed = allowed or detail["msg"].removeprefix("Input should be ")
    return f"{key}: {given} is given; allowed: {allowed}"


def _shown(value: object) -> object:
    """Leave out what stands under keys: they are not known here."""
    match value:
        case dict():
            return dict.fromkeys(value, "…")
        case list():
            return [_shown(one) for one in value]
    return value


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _known_keys(model: type[BaseModel], steps: Sequence[str]) -> str:
    field = _field(model, steps[:-1])
    parent = model if field is None else _models(field)[0]
    close = difflib.get_close_matches(steps[-1], parent.model_fields, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    return f"allowed: {', '.join(parent.model_fields)}{hint}"


def _field(model: type[BaseModel], steps: Sequence[str]) -> FieldInfo | None:
    """Follow the steps down through the models; names and numbers inside mappings and lists lead nowhere."""
    field = None
    for step in steps:
        if step in model.model_fields:
            field = model.model_fields[step]
            model = next(iter(_models(field)), model)
    return field


def _models(field: FieldInfo) -> list[type[BaseModel]]:
    """Return the models that stand in a field's type, such as in `dict[str, Model]` or `Model | None`."""
    candidates = (field.annotation, *get_args(field.annotation))
    return [kind for kind in candidates if isinstance(kind, type) and issubclass(kind, BaseModel)]
