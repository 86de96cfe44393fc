# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the values given to a template, said before anything is sent to a cloud.

Heat checks the same constraints, one stack and one problem at a time; custom constraints are left to it.

PRIVATE to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sized
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    HeatdockError,
    listed,
    quoted,
    suggestion,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Source,
    effective_parameters,
    hidden_parameters,
    typed_parameter,
)

HIDDEN = "(hidden)"


def parameter_problems(source: Source) -> list[str]:
    """Return one sentence for each parameter that Heat would refuse."""
    schemas = source.template.get("parameters") or {}
    unknown = [
        f"the template has no parameter {quoted(name)}; {suggestion(name, schemas)}"
        for name in source.parameters
        if name not in schemas
    ]
    return unknown + [
        problem for name, schema in schemas.items() if (problem := _problem(source, name, schema)) is not None
    ]


def immutable(before: Source, after: Source, *, defaulted: bool = False) -> list[tuple[str, Any, Any]]:
    """Return the immutable parameters that differ, each with its value before and after.

    With `defaulted`, one that the template did not have before had its default.
    """
    old, new = effective_parameters(before), effective_parameters(after)
    schemas = after.template.get("parameters") or {}
    if defaulted:
        known = {name: schema for name, schema in schemas.items() if "default" in schema}
        old = {name: typed_parameter(name, known[name]["type"], known[name]["default"]) for name in known} | old
    return [
        (name, old[name], new[name])
        for name, schema in schemas.items()
        if schema.get("immutable") and name in old and old[name] != new[name]
    ]


def _problem(source: Source, name: str, schema: Mapping[str, Any]) -> str | None:
    given = source.parameters.get(name)
    for default in (source.parameter_defaults.get(name), schema.get("default")):
        given = default if given is None else given
    if given is None:
        return f"{name} is missing; give a value ({_first_words(schema)})"
    shown = HIDDEN if name in hidden_parameters(source.template) else given
    try:
        value = typed_parameter(name, schema.get("type", "string"), given)
    except HeatdockError:
        return f"{name} {quoted(shown)} is not a {schema.get('type')}; correct it"
    for constraint in schema.get("constraints") or []:
        for breach in _breaches(constraint, value):
            said = constraint.get("description")
            return f"{name} {_shown(shown)} is refused: {said}" if said else f"{name} {_shown(shown)} {breach}"
    return None


def _first_words(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description") or schema.get("label") or schema.get("type")).partition(";")[0].rstrip(".")


def _shown(value: Any) -> str:
    return quoted(",".join(map(str, value)) if isinstance(value, list) else value)


def _breaches(constraint: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Say how a value breaks a constraint; nothing when it does not."""
    if "allowed_pattern" in constraint and not re.fullmatch(constraint["allowed_pattern"], str(value)):
        yield f"does not match {constraint['allowed_pattern']}; correct it"
    if "allowed_values" in constraint:
        allowed = [str(item) for item in constraint["allowed_values"]]
        if any(str(item) not in allowed for item in _items(value)):
            yield f"is not one of {listed(allowed)}; choose one of them"
    if "range" in constraint and isinstance(value, (int, float)):
        yield from _outside(constraint["range"], value, "is")
    if "length" in constraint and isinstance(value, Sized):
        yield from _too_short_or_long(constraint["length"], value)
    if "modulo" in constraint and isinstance(value, (int, float)):
        step, offset = int(constraint["modulo"]["step"]), int(constraint["modulo"]["offset"])
        if value % step != offset:
            yield f"is not a multiple of {step}{f' plus {offset}' if offset else ''}; correct it"


def _too_short_or_long(limits: Mapping[str, Any], value: Sized) -> Iterator[str]:
    if limits.get("min") and not value:
        yield "is empty; give a value"
    else:
        yield from _outside(limits, len(value), f"has length {len(value)},")


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _outside(limits: Mapping[str, Any], size: float, opening: str) -> Iterator[str]:
    least, most = limits.get("min"), limits.get("max")
    if least is not None and size < least:
        yield f"{opening} less than {least}; give more"
    if most is not None and size > most:
        yield f"{opening} more than {most}; give less"
