# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When two values of a property are the same to Heat.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._template import ABSENT, Call, Value

Schemas = Mapping[str, "Mapping[str, Any] | None"]
"""Properties by resource type, as Heat's API describes them; None for a type it does not describe."""
Ids = Mapping[str, Mapping[str, str]]
"""By custom constraint, the ID behind each name."""
_EMPTY: dict[str, Any] = {"string": "", "integer": 0, "number": 0, "boolean": False, "map": {}, "list": []}


def normalised(value: Value, schema: Mapping[str, Any] | None, ids: Ids) -> Value:
    """Give a property's value the form that its type compares by: defaults filled in, IDs for names."""
    if isinstance(value, Call):
        return value
    default = (schema or {}).get("default")
    if value is ABSENT:
        return None if default is None else normalised(default, schema, ids)
    kind = str((schema or {}).get("type", "any")).lower()
    if value is None:
        return _EMPTY.get(kind) if default is None else normalised(default, schema, ids)
    if kind == "map" and isinstance(value, dict):
        return _normalised_map(value, (schema or {}).get("schema"), ids)
    if kind == "list" and isinstance(value, list):
        item_schema = ((schema or {}).get("schema") or {}).get("*")
        return [normalised(item, item_schema, ids) for item in value]
    return _id_of(value, schema or {}, ids) if isinstance(value, str) and ids else _normalised_scalar(value, kind)


def _id_of(value: str, schema: Mapping[str, Any], ids: Ids) -> Value:
    for constraint in schema.get("constraints") or []:
        value = ids.get(str(constraint.get("custom_constraint")), {}).get(value, value)
    return _normalised_scalar(value, str(schema.get("type", "any")).lower())


def _normalised_map(value: dict[str, Any], schema: Mapping[str, Any] | None, ids: Ids) -> dict[str, Any]:
    if not schema or "*" in schema:
        return {key: normalised(item, (schema or {}).get("*"), ids) for key, item in value.items()}
    return {key: normalised(value.get(key, ABSENT), item, ids) for key, item in schema.items()}


def _normalised_scalar(value: Value, kind: str) -> Value:
    try:
        if kind == "string" and isinstance(value, (bool, int)):
            return str(value)
        if kind == "integer":
            return int(value)
        if kind == "number" and isinstance(value, str):
            return float(value)
        if kind == "boolean" and isinstance(value, str):
            return value.lower() == "true"
    except ValueError:
        return value
    return value
