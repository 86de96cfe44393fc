# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which things of the cloud a declaration names: images, networks and the like, by whatever parameter or property.

What a value names follows from the custom constraint of its parameter, and from the property it ends in, by Heat's
own description of the resource type. Nothing here talks to a cloud.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import PORT, SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import (
    child_of,
    real_type,
    seen_from_inside,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Resolver,
    Source,
    Value,
    effective_parameters,
    is_resolved,
)

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._properties import Schemas


@dataclass(frozen=True)
class Collection:
    """Where things of one kind are listed, and how the listing is asked for some names alone."""

    service: str
    path: str
    key: str
    by_name: str = ""
    """`name` where the query may be repeated, `in` where one holds many names, `each` for one name at a time."""
    fields: tuple[str, ...] = ()
    name: str = "name"


@dataclass(frozen=True)
class Kind:
    """What a value names."""

    noun: str
    collection: Collection
    external: bool = False
    own_first: bool = False
    """Of two of one name, the project's own is meant."""
    by_id_only: bool = False
    """The service takes no name, so its ID is sent."""


def _neutron(path: str, key: str, *fields: str) -> Collection:
    return Collection("network", path, key, "name", ("id", "name", *fields))


IMAGES = Collection("image", "/images", "images", "in")
FLAVORS = Collection("compute", "/flavors/detail", "flavors")
KEY_PAIRS = Collection("compute", "/os-keypairs", "keypairs")
ZONES = Collection("compute", "/os-availability-zone", "availabilityZoneInfo", name="zoneName")
SERVER_GROUPS = Collection("compute", "/os-server-groups", "server_groups")
NETWORKS = _neutron("/networks", "networks", "router:external")
SUBNETS = _neutron("/subnets", "subnets", "network_id", "cidr")
SECURITY_GROUPS = _neutron("/security-groups", "security_groups", "project_id")
ROUTERS = _neutron("/routers", "routers")
PORTS = _neutron("/ports", "ports")
VOLUME_TYPES = Collection("block-storage", "/types", "volume_types")
VOLUME_ZONES = Collection("block-storage", "/os-availability-zone", "availabilityZoneInfo", name="zoneName")
VOLUMES = Collection("block-storage", "/volumes", "volumes", "each")
SNAPSHOTS = Collection("block-storage", "/snapshots", "snapshots", "each")

IMAGE = Kind("image", IMAGES)
FLAVOR = Kind("flavor", FLAVORS)
NETWORK = Kind("network", NETWORKS)
EXTERNAL_NETWORK = Kind("external network", NETWORKS, external=True)
SUBNET = Kind("subnet", SUBNETS)
SECURITY_GROUP = Kind("security group", SECURITY_GROUPS, own_first=True)

BY_CONSTRAINT = {
    "glance.image": IMAGE,
    "nova.flavor": FLAVOR,
    "nova.keypair": Kind("key pair", KEY_PAIRS),
    "neutron.network": NETWORK,
    "neutron.subnet": SUBNET,
    "neutron.security_group": SECURITY_GROUP,
    "neutron.router": Kind("router", ROUTERS),
    "neutron.port": Kind("port", PORTS),
    "cinder.vtype": Kind("volume type", VOLUME_TYPES),
    "cinder.volume": Kind("volume", VOLUMES),
    "cinder.snapshot": Kind("volume snapshot", SNAPSHOTS),
}
"""What Heat's custom constraints say that a value names; Heat looks after the others."""

BY_PROPERTY = {
    (SERVER, "availability_zone"): Kind("availability zone", ZONES),
    (SERVER, "security_groups.*"): SECURITY_GROUP,
    (SERVER, "networks.*.subnet"): SUBNET,
    (SERVER, "scheduler_hints.group"): Kind("server group", SERVER_GROUPS, by_id_only=True),
    (SERVER, "block_device_mapping_v2.*.volume_id"): Kind("volume", VOLUMES, by_id_only=True),
    (PORT, "security_groups.*"): SECURITY_GROUP,
    ("OS::Neutron::FloatingIP", "floating_network"): EXTERNAL_NETWORK,
    ("OS::Neutron::Router", "external_gateway_info.network"): EXTERNAL_NETWORK,
    ("OS::Cinder::Volume", "availability_zone"): Kind("volume availability zone", VOLUME_ZONES),
}
"""What properties name for which Heat has no constraint, or a weaker one."""

FIRST_MEMBER = "0"
"""A scaling group's members are alike."""


@dataclass(frozen=True)
class Use:
    """One value that names something: `label` says where a user finds it, `parameter` is empty when it is literal."""

    kind: Kind
    value: str
    label: str
    parameter: str = ""
    resource: str = ""
    property: str = ""


@dataclass(frozen=True)
class Address:
    """A fixed address that a port is given: `label` says where a user finds it."""

    value: str
    label: str
    resource: str


@dataclass(frozen=True)
class Named:
    """What a declaration says of things that its stack does not make."""

    uses: Sequence[Use] = ()
    addresses: Sequence[Address] = ()


class _Written(str):
    """A text that is a parameter's value; it stops being one as soon as a function makes another text of it."""

    label: str
    parameter: str
    __slots__ = ("label", "parameter")

    @classmethod
    def of(cls, value: str, label: str, parameter: str) -> Self:
        """Mark a text."""
        marked = cls(value)
        marked.label, marked.parameter = label, parameter
        return marked

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> str:
        """Stay what it is where there is nothing to replace, as in the members of a group."""
        return super().replace(old, new, count) if old in self else self


@dataclass(frozen=True)
class _Resource:
    """Where a property is: the resource's name, after those of the stacks around it, and its type."""

    label: str
    type: str


_Properties = tuple[_Resource, Mapping[str, Value]]
"""A resource, and what its properties are."""


class _Traced(Resolver):
    """Resolves so that what a parameter was given can still be told from other texts."""

    def __init__(self, source: Source, within: str = "") -> None:
        super().__init__(source)
        for name, value in self._parameters.items():
            given = source.parameters.get(name)
            if not is_resolved(given):
                self._parameters[name] = given
            elif within:
                self._parameters[name] = _marked(value, given, f"{within}.{name}", "")
            else:
                self._parameters[name] = _marked(value, given, name, name)


def _marked(value: Value, given: Value, label: str, parameter: str) -> Value:
    if isinstance(value, list):
        items = given if isinstance(given, list) and len(given) == len(value) else [None] * len(value)
        return [_marked(item, of, label, parameter) for item, of in zip(value, items, strict=True)]
    if isinstance(value, dict):
        by_key = given if isinstance(given, dict) else {}
        return {key: _marked(item, by_key.get(key), label, parameter) for key, item in value.items()}
    if isinstance(value, str):
        return given if isinstance(given, _Written) else _Written.of(value, label, parameter)
    return value


def names_in(source: Source, schemas: Schemas) -> Named:
    """Return what a declaration names, and the addresses it gives; optional values that are left empty are left out."""
    resources = list(_resources(source))
    found = list(dict.fromkeys([*_in_resources(resources, schemas), *_in_parameters(source)]))
    external = {(use.label, use.value) for use in found if use.kind.external}
    uses = [use for use in found if use.kind != NETWORK or (use.label, use.value) not in external]
    return Named(uses, list(_fixed_addresses(resources)))


def _in_parameters(source: Source) -> Iterator[Use]:
    values = effective_parameters(source)
    for name, schema in (source.template.get("parameters") or {}).items():
        for constraint in schema.get("constraints") or []:
            kind = BY_CONSTRAINT.get(str(constraint.get("custom_constraint")))
            items = values[name] if isinstance(values[name], list) else [values[name]]
            yield from (Use(kind, str(item), name, name) for item in items if kind and item)


def _fixed_addresses(resources: Iterable[_Properties]) -> Iterator[Address]:
    """Go through the fixed addresses of ports."""
    for item, properties in resources:
        given = properties.get("fixed_ips") if item.type == PORT else None
        for entry in given if isinstance(given, list) else []:
            value = entry.get("ip_address") if isinstance(entry, dict) else None
            if isinstance(value, str) and value:
                label = value.label if isinstance(value, _Written) else f"{item.label}.fixed_ips"
                yield Address(str(value), label, item.label)


def _in_resources(resources: Iterable[_Properties], schemas: Schemas) -> Iterator[Use]:
    for item, properties in resources:
        described = schemas.get(item.type) or {}
        for key, value in properties.items():
            yield from _in_value(item, (key,), value, described.get(key) or {})


def _resources(source: Source, within: str = "") -> Iterator[_Properties]:
    """Go through the resources whose condition holds, members of groups and nested stacks included."""
    for name, resource in _Traced(source, within).resources().items():
        label = f"{within}.{name}" if within else name
        yield _Resource(label, real_type(source, resource)), resource.properties
        child = child_of(source, seen_from_inside(resource, ()), [FIRST_MEMBER])
        if child is not None:
            with contextlib.suppress(HeatdockError):  # what only Heat can decide
                yield from _resources(child, label)


def _in_value(item: _Resource, path: tuple[str | int, ...], value: Value, schema: Mapping[str, Any]) -> Iterator[Use]:
    below = schema.get("schema") or {}
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _in_value(item, (*path, key), inner, below.get(key) or below.get("*") or {})
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _in_value(item, (*path, number), inner, below.get("*") or {})
    elif isinstance(value, str) and value:
        pattern = ".".join("*" if isinstance(step, int) else step for step in path)
        kind = _kind(item.type, pattern, schema)
        if kind is not None and isinstance(value, _Written):
            yield Use(kind, str(value), value.label, value.parameter, item.label, pattern)
        elif kind is not None:
            steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
            yield Use(kind, value, f"{item.label}{steps}", "", item.label, pattern)


def _kind(resource_type: str, pattern: str, schema: Mapping[str, Any]) -> Kind | None:
    constraints = (str(item.get("custom_constraint")) for item in schema.get("constraints") or [])
    by_constraint = (BY_CONSTRAINT[name] for name in constraints if name in BY_CONSTRAINT)
    return BY_PROPERTY.get((resource_type, pattern)) or next(by_constraint, None)
