"""What a variant comes to, with all that it changes and inherits."""

import json
from collections.abc import Mapping
from typing import Any

from emotions.runtime.errors import UserError


def resolved(
    variants: Mapping[str, Mapping[str, Any]], name: str, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the defaults with what the variant changes, after what the one that it `extends` changes.

    A mapping inside a variant changes only the keys that it has. Values are not checked.

    Raises:
        UserError: A variant extends none of the others, or in the end itself.
    """
    settings = dict(defaults)
    for one in reversed(_lineage(variants, name)):
        settings = _merged(settings, variants[one])
    settings.pop("extends", None)
    return settings


def _lineage(variants: Mapping[str, Mapping[str, Any]], name: str) -> list[str]:
    """Return the variant, the one that it extends, the one that this extends, and so on."""
    names = [name]
    while "extends" in variants[names[-1]]:
        other = variants[names[-1]]["extends"]
        allowed = [one for one in variants if one not in names]
        if other not in allowed:
            raise UserError(
                f"variants.{names[-1]}.extends: {json.dumps(other)} is given; "
                f"allowed: {', '.join(allowed) or 'no such key, as there is no other variant'}"
            )
        names.append(other)
    return names


def _merged(defaults: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(defaults)
    for key, value in override.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
