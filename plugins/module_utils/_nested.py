# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nested stacks: which resources are ones, and what the template and parameters of each are.

It follows Heat's own rules (heat/engine/environment.py and resources/template_resource.py of Heat 24): a type
that is a template's file, or that the environment maps to one, is a stack whose parameters are the resource's
properties; a group is a stack of its members.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    ABSENT,
    OUTER,
    TEMPLATE_SUFFIXES,
    VERSION,
    Call,
    Resolver,
    Resource,
    Source,
    Value,
    plain,
    read_nested,
    references,
)

GROUP = "OS::Heat::ResourceGroup"
SCALING_GROUP = "OS::Heat::AutoScalingGroup"
CHAIN = "OS::Heat::ResourceChain"
OPAQUE = (
    "OS::Heat::InstanceGroup",
    "OS::Heat::SoftwareDeploymentGroup",
    "OS::Heat::StructuredDeploymentGroup",
    "OS::Heat::Stack",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::CloudFormation::Stack",
    "AWS::ElasticLoadBalancing::LoadBalancer",
)
"""Types that are stacks of which the plan does not tell what happens inside."""

_PROPERTY_TYPES = {"comma_delimited_list": "list", "json": "map"}


def real_type(source: Source, resource: Resource) -> str:
    """Follow what the environment maps a resource's type to; what comes out may be a template's file."""
    kind, seen = resource.type, {resource.type}
    while not kind.endswith(TEMPLATE_SUFFIXES):
        mapped = _mapped(source.registry, kind, resource.name)
        if mapped is None or mapped in seen:
            break
        kind = mapped
        seen.add(kind)
    return kind


def _mapped(registry: Mapping[str, Any], kind: str, name: str) -> str | None:
    """Return what one step maps a type to: for the resource of that name before for all, a pattern last."""
    own = (registry.get("resources") or {}).get(name)
    for mapping in (own if isinstance(own, dict) else {}, registry):
        if isinstance(mapping.get(kind), str):
            return str(mapping[kind])
    patterns = [key for key, value in registry.items() if key.endswith("*") and isinstance(value, str)]
    for pattern in sorted(patterns):
        value = registry[pattern]
        if kind != value and kind.startswith(pattern[:-1]):
            return str(value[:-1] + kind[len(pattern) - 1 :]) if value.endswith("*") else str(value)
    return None


def is_template(kind: str) -> bool:
    """Tell whether a real type is a template's file."""
    return kind.endswith(TEMPLATE_SUFFIXES)


def is_nested(kind: str) -> bool:
    """Tell whether a resource of this real type is a stack, which each update of its parent updates."""
    return is_template(kind) or kind in (GROUP, SCALING_GROUP, CHAIN, *OPAQUE)


def template_of(source: Source, kind: str) -> dict[str, Any] | None:
    """Return the template of a real type that is a file; None for one that cannot be read."""
    return read_nested(source.files.get(kind, ""))


def schema_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of a nested stack's resource: its template's parameters."""
    parameters = template.get("parameters") or {}
    return {name: _property(parameter) for name, parameter in parameters.items()}


def _property(parameter: Mapping[str, Any]) -> dict[str, Any]:
    kind = parameter.get("type", "string")
    return {"type": _PROPERTY_TYPES.get(kind, kind), "default": parameter.get("default"), "update_allowed": True}


def child_of(source: Source, resource: Resource, members: Sequence[str] | None) -> Source | None:
    """Return the source of the stack that a resource is; None for a stack that cannot be looked into.

    `members` are those that a group has, where that is known. References in properties have to be `outer` ones.
    """
    kind = real_type(source, resource)
    template = template_of(source, kind) if is_template(kind) else _group_template(kind, resource, members)
    if template is None:
        return None
    given = resource.properties if is_template(kind) else {}
    return replace(
        source,
        template=template,
        parameters={name: value for name, value in given.items() if value is not ABSENT},
        stack_name=f"{source.stack_name}-{resource.name}",
        registry=_registry_below(source, resource, kind),
        files={name: text for name, text in source.files.items() if name != kind},
    )


def _registry_below(source: Source, resource: Resource, kind: str) -> dict[str, Any]:
    """Return the registry of a nested stack, in which its own type means what it meant before."""
    registry = dict(source.registry)
    if is_template(kind):
        registry.pop(resource.type, None)
    narrowed: dict[str, Any] = {}
    named = registry.get("resources") or {}
    for pattern, entries in named.items():
        if fnmatch.fnmatchcase(resource.name, pattern) and isinstance(entries, dict):
            narrowed.update({key: value for key, value in entries.items() if key != resource.type})
    return {**registry, "resources": narrowed} if named else registry


def _group_template(kind: str, resource: Resource, members: Sequence[str] | None) -> dict[str, Any] | None:
    """Return the template that Heat makes for a group."""
    properties = resource.properties
    if kind == CHAIN:
        types = properties.get("resources")
        if not isinstance(types, list):
            return None
        shared = properties.get("resource_properties")
        return _template({str(number): _member(item, shared) for number, item in enumerate(types)})
    if kind == SCALING_GROUP:
        definition, names = properties.get("resource"), members
    else:
        definition, names = properties.get("resource_def"), _group_names(properties, members)
    if names is None or not isinstance(definition, dict):
        return None
    kind_of_member, metadata = definition.get("type"), definition.get("metadata")
    if kind == SCALING_GROUP:
        return _template({name: _member(kind_of_member, definition.get("properties"), metadata) for name in names})
    given = {key: value for key, value in (definition.get("properties") or {}).items() if value is not None}
    index = properties.get("index_var") or "%index%"
    return _template({name: _member(kind_of_member, _indexed(given, index, name), metadata) for name in names})


def scaled_members(resource: Resource, members: Sequence[str] | None) -> Sequence[str] | None:
    """Return the members of a scaling group after an update; None where their number changes or is not known."""
    properties = resource.properties
    limits = [properties.get(name) for name in ("desired_capacity", "min_size", "max_size")]
    if members is None or any(isinstance(limit, Call) for limit in limits):
        return None
    desired, least, most = (len(members) if limit is None else int(limit) for limit in limits)
    return members if min(max(desired, least), most) == len(members) else None


def _group_names(properties: Mapping[str, Any], members: Sequence[str] | None) -> list[str] | None:
    """Return the names of a group's members; None where removals let its names have gaps."""
    count = properties.get("count", 1)
    if properties.get("removal_policies") or isinstance(count, Call):
        return None
    names = [str(number) for number in range(int(1 if count is None else count))]
    shared = min(len(names), len(members)) if members is not None else 0
    return names if members is None or sorted(members, key=_number)[:shared] == names[:shared] else None


def _number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdigit() else 0, name)


def _indexed(value: Value, index: str, name: str) -> Value:
    if isinstance(value, str):
        return value.replace(index, name)
    if isinstance(value, dict):
        return {key: _indexed(item, index, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_indexed(item, index, name) for item in value]
    return value


def _member(kind: Value, properties: Value, metadata: Value = None) -> dict[str, Any]:
    sections = {"type": kind, "properties": properties, "metadata": metadata}
    return {name: content for name, content in sections.items() if content is not None}


def _template(resources: dict[str, Any]) -> dict[str, Any]:
    return {"resources": resources}


def seen_from_inside(resource: Resource, moved: Iterable[tuple[str, str | None]]) -> Resource:
    """Return a resource whose references are what a nested stack sees of them: values, other ones where they moved."""
    changed = set(moved)
    return replace(resource, sections={name: _outer(content, changed) for name, content in resource.sections.items()})


def _outer(value: Value, moved: set[tuple[str, str | None]]) -> Value:
    if isinstance(value, Call):
        return Call(OUTER, [plain(value), bool(moved & set(references(value))) or _moved_outside(value)])
    if isinstance(value, dict):
        return {key: _outer(item, moved) for key, item in value.items()}
    if isinstance(value, list):
        return [_outer(item, moved) for item in value]
    return value


def _moved_outside(value: Value) -> bool:
    """Tell whether a value holds one of a parent's that moved."""
    if isinstance(value, Call):
        return bool(value.function == OUTER and value.arguments[1]) or _moved_outside(value.arguments)
    if isinstance(value, dict):
        return any(map(_moved_outside, value.values()))
    return any(map(_moved_outside, value)) if isinstance(value, list) else False


def nested_problems(source: Source) -> list[str]:
    """Say which of the files that serve as types of resources are no templates."""
    names = [name for name in source.files if name.endswith(TEMPLATE_SUFFIXES) and _is_type(source, name)]
    return [
        f"nested template {name.removeprefix('file://')} is not valid YAML or has no {VERSION}; correct it"
        for name in sorted(names)
        if read_nested(source.files[name]) is None
    ]


def _is_type(source: Source, name: str) -> bool:
    """Tell whether a file is used as a type, not as a text."""
    templates = [source.template, *filter(None, map(read_nested, source.files.values()))]
    resources = [item for template in templates for item in (template.get("resources") or {}).values()]
    return name in source.registry.values() or any(item.get("type") == name for item in resources)


def resources_of(source: Source | None) -> dict[str, Resource]:
    """Return the resources of a nested stack; none where only Heat can decide its conditions."""
    with contextlib.suppress(HeatdockError):
        return Resolver(source).resources() if source else {}
    return {}


def real_types(source: Source) -> set[str]:
    """Name the types of a source's resources, those of nested stacks too, that are no templates."""
    return _types(source, Resolver(source).resources())


def _types(source: Source, resources: Mapping[str, Resource]) -> set[str]:
    found = {kind for resource in resources.values() if not is_template(kind := real_type(source, resource))}
    for resource in resources.values():
        child = child_of(source, seen_from_inside(resource, ()), ["0"])
        found |= _types(child, resources_of(child)) if child else set()
    return found
