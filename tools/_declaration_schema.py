# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schema of declared hosts, from the templates' parameters: editors complete by it, checks find slips."""

from __future__ import annotations

import json
from typing import Any, Literal

PREFIX = "docker_host_"
SCHEMA = "http://json-schema.org/draft-07/schema#"
"""The draft that editors know of."""
TEXT = {"type": "string"}
"""Any text, a template among them."""
TYPES: dict[str, dict[str, Any]] = {
    "string": TEXT,
    "number": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "comma_delimited_list": {"type": "array", "items": TEXT},
    "json": {"type": "object"},
}
MAP_OF_TEXTS = {"type": "object", "additionalProperties": TEXT}
OPTION_TYPES = {"str": "string", "int": "integer", "bool": "boolean"}
LEFT_OUT = {"type": "null"}
GROUP = {"$ref": "#/definitions/group"}
VARIABLES = {"$ref": "#/definitions/variables"}
TEMPLATE = {"$ref": "#/definitions/template"}

Schema = dict[str, Any]


def render(banner: str, parameters: list[dict[str, Any]]) -> str:
    """Render the schema of an inventory file."""
    variables = {f"{PREFIX}{item['name']}": _variable(item) for item in parameters}
    schema = {
        "$schema": SCHEMA,
        "$comment": banner,
        "title": "Declared Docker hosts",
        "description": "An inventory of Ansible's whose docker_host_ variables are Heatdock's; others are anybody's.",
        "type": "object",
        "additionalProperties": GROUP,
        "definitions": {
            "group": {
                "type": ["object", "null"],
                "properties": {
                    "vars": VARIABLES,
                    "hosts": {"type": ["object", "null"], "additionalProperties": VARIABLES},
                    "children": {"type": ["object", "null"], "additionalProperties": GROUP},
                },
                "additionalProperties": False,
            },
            "variables": {
                "type": ["object", "null"],
                "properties": variables,
                "patternProperties": {f"^(?!{PREFIX})": {}},
                "additionalProperties": False,
            },
            "template": {
                "description": "What Ansible works out, from the environment or a vault for example.",
                "type": "string",
                "pattern": r"\{\{[\s\S]*\}\}|\{%[\s\S]*%\}",
            },
        },
    }
    return _written(schema)


def render_variables(banner: str) -> str:
    """Render the schema of a file in group_vars or host_vars, which stands beside that of an inventory file."""
    schema = {
        "$schema": SCHEMA,
        "$comment": banner,
        "title": "Variables of declared Docker hosts",
        "description": "A file in group_vars or host_vars.",
        "allOf": [{"$ref": f"hosts.schema.json{VARIABLES['$ref']}"}],
    }
    return _written(schema)


def _written(schema: Schema) -> str:
    return json.dumps(schema, indent=4, ensure_ascii=False) + "\n"


def _variable(parameter: dict[str, Any]) -> Schema:
    """Return the schema of one variable: a value, a template of one, or null as if it were not there."""
    told = {"description": parameter["description"]}
    if "default" in parameter:
        told["default"] = [] if parameter["type"] == "comma_delimited_list" else parameter["default"]
    return told | {"anyOf": [_value(parameter), TEMPLATE, LEFT_OUT]}


def _value(parameter: dict[str, Any]) -> Schema:
    option = parameter.get("option", {})
    schema = TYPES[parameter["type"]] | _texts(parameter.get("texts"))
    if option.get("type") == "list":
        schema = {"type": "array", "items": _or_template(_map(option["options"]))}
    for constraint in parameter.get("constraints", []):
        schema |= _constrained(schema["type"], constraint)
    return schema


def _texts(where: str | Literal[True] | None) -> Schema:
    """Return what a map has for schema whose values are texts alone, or those of the map of that name in it."""
    if where is True:
        return MAP_OF_TEXTS
    return {"properties": {where: {"anyOf": [MAP_OF_TEXTS, TEMPLATE, LEFT_OUT]}}} if where else {}


def _or_template(schema: Schema) -> Schema:
    return schema if schema == TEXT else {"anyOf": [schema, TEMPLATE]}


def _map(options: dict[str, Any]) -> Schema:
    """Return the schema of a map whose keys are options."""
    return {
        "type": "object",
        "properties": {name: _or_template({"type": OPTION_TYPES[item["type"]]}) for name, item in options.items()},
        "required": [name for name, option in options.items() if option.get("required")],
        "additionalProperties": False,
    }


def _constrained(kind: str, constraint: dict[str, Any]) -> Schema:
    """Return what a constraint of Heat's is in JSON Schema; what only a cloud knows is left to it."""
    words = {"array": ("minItems", "maxItems"), "string": ("minLength", "maxLength")}.get(kind, ())
    limits = {**constraint.get("length", {}), **constraint.get("range", {})}
    names = words if "length" in constraint else ("minimum", "maximum")
    found: Schema = {name: limits[edge] for name, edge in zip(names, ("min", "max"), strict=False) if edge in limits}
    if "allowed_values" in constraint:
        found["enum"] = constraint["allowed_values"]
    if "allowed_pattern" in constraint:
        found["pattern"] = f"^(?:{constraint['allowed_pattern']})$"
    return found
