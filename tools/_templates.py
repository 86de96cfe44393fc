# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make one Heat template of another: fewer parameters, the others' defaults in their place; and write it as YAML."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import yaml

from _repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

sys.path.insert(0, str(ROOT / "collections"))

from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    ABSENT,
    Call,
    Resolver,
    Source,
    Value,
    plain,
)

STACK_NAME = "OS::stack_name"
FLOW_WIDTH = 90
"""How long a function call may be that is written on one line."""
FUNCTIONS = ("get_param", "get_resource", "get_attr", "if", "not", "equals")


class _Folded(Resolver):
    """Resolves a template in which only some parameters have values; what depends on others stays as it is."""

    def __init__(
        self, template: dict[str, Any], constants: Mapping[str, Value], decided: Mapping[str, bool], stack_name: str
    ) -> None:
        schemas = template["parameters"]
        own = {name: {**schemas[name], "default": value} for name, value in constants.items()}
        conditions = {**template["conditions"], **decided}
        super().__init__(Source({**template, "parameters": own, "conditions": conditions}))
        self._stack_name = stack_name

    def _parameter(self, arguments: Value) -> Value:
        return Call("get_param", self._stack_name) if arguments == STACK_NAME else super()._parameter(arguments)

    def _choose(self, arguments: list[Any]) -> Value:
        condition, *values = arguments
        decided = self.condition(condition)
        if isinstance(decided, bool):
            chosen = values[:1] if decided else values[1:]
            return self.value(chosen[0]) if chosen else ABSENT
        return Call("if", [decided, *map(self.value, values)])

    def condition(self, condition: Value) -> Value:
        """Decide a condition; where it depends on a parameter without a value, say what is left of it."""
        if isinstance(condition, str):
            left = self.condition(self._conditions[condition])
            return left if isinstance(left, (bool, str)) else condition
        if isinstance(condition, dict) and set(condition) <= {"and", "or", "not"}:
            ((function, arguments),) = condition.items()
            return self._negated(arguments) if function == "not" else self._joined(function, arguments)
        return plain(self.value(condition))

    def _negated(self, condition: Value) -> Value:
        left = self.condition(condition)
        return not left if isinstance(left, bool) else {"not": left}

    def _joined(self, function: str, conditions: list[Any]) -> Value:
        left = [self.condition(item) for item in conditions]
        ending = function == "or"
        if any(item is ending for item in left):
            return ending
        undecided = [item for item in left if not isinstance(item, bool)]
        if not undecided:
            return not ending
        return undecided[0] if len(undecided) == 1 else {function: undecided}


def folded(
    template: dict[str, Any], constants: Mapping[str, Value], decided: Mapping[str, bool], stack_name: str = STACK_NAME
) -> dict[str, Any]:
    """Return the template without some parameters, which have these values for good, and with some conditions decided.

    The stack's name is a parameter of the name `stack_name`, Heat's own by default.
    """
    resolver = _Folded(template, constants, decided, stack_name)
    parts = {name: _entries(resolver, template[name]) for name in ("resources", "outputs")}
    wanted = set(_conditions(parts))
    conditions: dict[str, Any] = {}
    while missing := wanted - set(conditions):
        conditions |= {name: resolver.condition(template["conditions"][name]) for name in missing}
        wanted |= set(_conditions({name: {"if": [conditions[name]]} for name in missing}))
    return {
        "heat_template_version": template["heat_template_version"],
        "description": template["description"],
        "parameters": {name: item for name, item in template["parameters"].items() if name not in constants},
        "conditions": {name: conditions[name] for name in template["conditions"] if name in wanted},
        **parts,
    }


def _entries(resolver: _Folded, entries: dict[str, Any]) -> dict[str, Any]:
    """Resolve resources or outputs; those whose condition cannot hold are left out.

    A resource keeps its condition even where it always holds: to Heat, one that loses it has been changed.
    """
    kept = {}
    for name, entry in entries.items():
        holds = resolver.condition(entry.get("condition", True))
        if holds is not False:
            dropped = ("condition",) if holds is True and "type" not in entry else ()
            kept[name] = {
                key: value if key == "condition" else plain(resolver.value(value))
                for key, value in entry.items()
                if key not in dropped
            }
    return kept


def _conditions(value: Value) -> Iterator[str]:
    """Name the conditions that a piece of a template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from _conditions(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "condition" and isinstance(item, str):
                yield item
            elif key == "if":
                yield from _named(item[0])
                yield from _conditions(item[1:])
            else:
                yield from _conditions(item)


def _named(condition: Value) -> Iterator[str]:
    """Name the conditions within a condition."""
    if isinstance(condition, str):
        yield condition
    elif isinstance(condition, dict):
        for function, arguments in condition.items():
            if function in ("and", "or", "not"):
                for item in arguments if isinstance(arguments, list) else [arguments]:
                    yield from _named(item)


class _Dumper(yaml.SafeDumper):
    """Writes a template as a person would: texts of several lines as such, short functions on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Never leave a sequence unindented."""
        super().increase_indent(flow, False)  # noqa: FBT003

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        """Write in full what is said more than once: Heat reads no anchors everywhere."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)


def _map(dumper: yaml.SafeDumper, value: dict[str, Any]) -> yaml.Node:
    short = len(value) == 1 and next(iter(value)) in FUNCTIONS
    written = json.dumps(value)
    flow = short and len(written) < FLOW_WIDTH and "\\n" not in written
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flow)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(dict, _map)


def dumped(data: object, width: int = 120) -> str:
    """Write data as YAML."""
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=width, default_flow_style=False)
