#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resolve Heat templates with Heat's own code, and print (JSON) the properties of their resources and their outputs.

Runs where Heat is installed. Heat reads the template, the parameters, the conditions and the functions; what only a
cloud can tell, a resource's ID and its attributes, is given: the ID is the resource's name.

Standard input (JSON): {case: {"path", "name", "parameters", "attributes": {resource: {attribute: value}}}}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from heat.common import identifier, template_format
from heat.engine import environment, function, resources, template


class Stack:
    """As much of a stack as Heat's functions ask for."""

    def __init__(self, read: Any, parameters: Any) -> None:
        """Take a template and its parameters."""
        self.t = read
        self.parameters = parameters


def told(snippet: Any, attributes: dict[str, Any]) -> Any:
    """Put in what a cloud would tell."""
    if isinstance(snippet, list):
        return [told(item, attributes) for item in snippet]
    if not isinstance(snippet, dict):
        return snippet
    if set(snippet) == {"get_resource"}:
        return snippet["get_resource"]
    if set(snippet) == {"get_attr"}:
        value: Any = attributes
        for step in snippet["get_attr"]:
            value = None if value is None else value[step] if isinstance(value, list) else value.get(step)
        return value
    return {key: told(item, attributes) for key, item in snippet.items()}


def resolved(case: dict[str, Any]) -> dict[str, Any]:
    """Resolve one template with its parameters."""
    read = template.Template(template_format.parse(Path(case["path"]).read_text(encoding="utf-8")))
    read.env = environment.Environment({"parameters": case["parameters"]})
    stack_id = identifier.HeatIdentifier("project", case["name"], "id")
    stack = Stack(read, read.parameters(stack_id, case["parameters"]))
    conditions = read.conditions(stack)

    def value(snippet: Any) -> Any:
        return function.resolve(read.parse(stack, told(snippet, case["attributes"])), nullable=True)

    def kept(section: str) -> dict[str, Any]:
        return {
            name: entry
            for name, entry in read.t[section].items()
            if "condition" not in entry or conditions.is_enabled(entry["condition"])
        }

    # What other resources refer to of a value is the value itself.
    values = {name: entry for name, entry in kept("resources").items() if entry["type"] == "OS::Heat::Value"}
    case["attributes"] |= {name: value(entry["properties"]) for name, entry in values.items()}
    properties = {name: value(entry.get("properties", {})) for name, entry in kept("resources").items()}
    policies = {name: value(entry.get("deletion_policy")) for name, entry in kept("resources").items()}
    outputs = {name: value(entry["value"]) for name, entry in kept("outputs").items()}
    return {"resources": properties, "deletion_policies": policies, "outputs": outputs}


def main() -> None:
    """Resolve the cases of standard input."""
    resources._environment = environment.Environment({}, user_env=False)
    json.dump({name: resolved(case) for name, case in json.load(sys.stdin).items()}, sys.stdout)


if __name__ == "__main__":
    main()
