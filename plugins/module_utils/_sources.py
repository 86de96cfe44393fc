# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations changed for the sake of an update: spelling kept, hidden values put back, resources left out.

PRIVATE to the collection.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import SERVER, WAIT_HANDLES
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    HIDDEN_BY_HEAT,
    Resolver,
    Resource,
    Source,
    Value,
    effective_parameters,
    inputs_tag,
    references,
)


def without_servers(source: Source) -> Source:
    """Return the declaration without its servers, what refers to them, and the handles that they report to.

    After a replacement that failed, Heat keeps both machines and cannot make a third: the second has the port.
    """
    resources = Resolver(source).resources()
    servers = {name for name, item in resources.items() if item.type == SERVER}
    gone = servers | {
        name
        for server in servers
        for name, _attribute in references(resources[server].properties)
        if name in resources and resources[name].type in WAIT_HANDLES
    }
    while more := {name for name, item in resources.items() if name not in gone and _needs(item, gone)}:
        gone |= more
    kept = {name: item for name, item in source.template["resources"].items() if name not in gone}
    outputs = {
        name: item
        for name, item in (source.template.get("outputs") or {}).items()
        if not gone & {referred for referred, _attribute in references(Resolver(source).value(item))}
    }
    return replace(source, template={**source.template, "resources": kept, "outputs": outputs})


def without_ports(before: Source, after: Source, floating_ips: Iterable[str]) -> Source:
    """Return what a stack is now, but for some floating IPs, which are of no port."""
    resources = copy.deepcopy(before.template["resources"])
    for name in floating_ips:
        resources[name]["properties"].pop("port_id", None)
    return replace(
        before,
        template={**before.template, "resources": resources},
        parameters=_uncovered(before.parameters, after.parameters),
        parameter_defaults=_uncovered(before.parameter_defaults, after.parameter_defaults),
    )


def _needs(resource: Resource, gone: set[str]) -> bool:
    """Tell whether a resource cannot be without those that are gone."""
    referred = {name for section in resource.sections.values() for name, _attribute in references(section)}
    return bool(gone & (referred | set(resource.sections.get("depends_on") or ())))


def kept_spelling(before: Source, after: Source, same: Mapping[str, Mapping[str, str]]) -> Source:
    """Keep a stored value where the declared one is another name of the same thing.

    `same` gives, by parameter, the id behind each spelling. A host made in the dashboard stores ids where
    its declaration says names; sending the names would touch every resource that uses them.
    """
    stored, declared = effective_parameters(before), effective_parameters(after)
    parameters = dict(after.parameters)
    for name, ids in same.items():
        old, new = stored.get(name), declared.get(name)
        if name in parameters and old != new and _meant(old, ids) == _meant(new, ids):
            parameters[name] = stored[name]
    return replace(after, parameters=parameters)


def _meant(value: Value, ids: Mapping[str, str]) -> list[str]:
    """Return the IDs behind a value, or behind each of a list."""
    items = [str(item) for item in (value if isinstance(value, list) else [value])]
    return [ids.get(item, item) for item in items]


def revealed(before: Source, after: Source, tags: Iterable[str]) -> Source:
    """Put hidden values back that Heat does not show, where the tag of the stack's inputs proves them unchanged."""
    guess = replace(
        before,
        parameters=_uncovered(before.parameters, after.parameters),
        parameter_defaults=_uncovered(before.parameter_defaults, after.parameter_defaults),
    )
    return guess if inputs_tag(guess) in tags else before


def _uncovered(hidden: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known.get(name, value) if value == HIDDEN_BY_HEAT else value for name, value in hidden.items()}
