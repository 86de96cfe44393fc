# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a value is not as its JSON Schema says: keys, types and enumerations, for where there is no library for it.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import listed

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}

Schema = Mapping[str, Any]


def schema_problems(root: Schema, value: Any) -> Iterator[str]:
    """Say what is missing and what is of another kind, each by its path."""
    return _problems(root, root.get("$defs", {}), value, "")


def _problems(schema: Schema | bool, definitions: Schema, value: Any, where: str) -> Iterator[str]:
    if isinstance(schema, bool):  # anything goes
        return
    schema = {**schema, **definitions.get(schema.get("$ref", "").removeprefix("#/$defs/"), {})}
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{where} is no {' or '.join(kinds)}"
    elif value not in schema.get("enum", [value]):
        yield f"{where} is not one of {listed(schema['enum'])}"
    elif isinstance(value, dict):
        yield from (f"no {_path(where, name)}" for name in schema.get("required", ()) if name not in value)
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            yield from _problems(inner, definitions, item, _path(where, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _problems(schema.get("items", True), definitions, item, f"{where}[{number}]")


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))


def _path(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
