# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what a host's declaration names is there: images, flavors, networks, key pairs, by name or ID.

Matching is pure; the listings it matches against are read once for a fleet, and only when a host needs them.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    HeatdockError,
    NotFoundError,
    quoted,
    suggestion,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Cloud, Row
from ansible_collections.heatdock.hosts.plugins.module_utils._parameters import parameter_problems
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, effective_parameters

CIDR_PARAMETERS = ("management_cidrs",)
HOST_NAME = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])+(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*")
LONGEST_HOST_NAME = 63


@dataclass(frozen=True)
class Collection:
    """Where one kind of thing is listed."""

    service: str
    path: str
    key: str


@dataclass(frozen=True)
class Kind:
    """What one parameter names."""

    noun: str
    collection: Collection


@dataclass(frozen=True)
class Thing:
    """One thing that can be named; `unusable` says why it cannot be used."""

    id: str
    name: str
    unusable: str = ""


NETWORKS = Collection("network", "/networks", "networks")
KINDS = {
    "image": Kind("image", Collection("image", "/images", "images")),
    "flavor": Kind("flavor", Collection("compute", "/flavors", "flavors")),
    "key_name": Kind("key pair", Collection("compute", "/os-keypairs", "keypairs")),
    "network": Kind("network", NETWORKS),
    "floating_network": Kind("external network", NETWORKS),
}
"""What the parameters of these names name."""

Listings = Mapping[Collection, Sequence[Row]]
SameIds = dict[str, dict[str, str]]
"""By parameter, the ID behind each name; it tells that two spellings mean the same thing."""


def host_problems(source: Source) -> list[str]:
    """Say what is wrong with one host's declaration, as far as that can be told without a cloud."""
    return [*_name_problems(source.stack_name), *parameter_problems(source), *_cidr_problems(source)]


def _name_problems(name: str) -> list[str]:
    if len(name) <= LONGEST_HOST_NAME and HOST_NAME.fullmatch(name):
        return []
    allowed = f"2 to {LONGEST_HOST_NAME} letters, digits and hyphens, a letter first"
    return [f"the name {quoted(name)} is not a host name; use {allowed}"]


def _cidr_problems(source: Source) -> list[str]:
    problems = []
    for name in CIDR_PARAMETERS:
        value = source.parameters.get(name) or []
        items = value if isinstance(value, list) else str(value).split(",")
        problems += [f"{name} {quoted(item)} {reason}" for item in items if (reason := _cidr_problem(item))]
    return problems


def _cidr_problem(text: str) -> str | None:
    with contextlib.suppress(ValueError):
        ipaddress.ip_network(text)
        return None
    with contextlib.suppress(ValueError):
        return f"has host bits set; its network is {quoted(ipaddress.ip_interface(text).network)}"
    return "is not a network; write it as in 203.0.113.0/24"


def duplicate_problems(names: Iterable[str]) -> list[str]:
    """Say which names are declared more than once."""
    seen = list(names)
    twice = sorted({name for name in seen if seen.count(name) > 1})
    return [f"host {name}: is declared {seen.count(name)} times; declare it once" for name in twice]


def named_values(source: Source) -> dict[str, str]:
    """Return what a host's declaration names, by parameter; optional ones left empty are left out."""
    values = effective_parameters(source)
    return {name: str(values[name]) for name in KINDS if values.get(name)}


def read_listings(cloud: Cloud, sources: Sequence[Source]) -> Listings:
    """List every kind of thing that some host names, once and concurrently."""
    used = {name for source in sources for name in named_values(source)}
    collections = list(dict.fromkeys(KINDS[name].collection for name in KINDS if name in used))
    if not collections:
        return {}
    with ThreadPoolExecutor(len(collections)) as pool:
        return dict(zip(collections, pool.map(lambda item: _read(cloud, item, sources), collections), strict=True))


def _read(cloud: Cloud, collection: Collection, sources: Sequence[Source]) -> list[Row]:
    """List a collection, and read what is named by an ID that its listing does not show."""
    rows = [row.get("keypair", row) for row in cloud.pages(collection.service, collection.path, collection.key)]
    known = {row.get("id") for row in rows}
    names = {name for name, kind in KINDS.items() if kind.collection == collection}
    values = {value for source in sources for name, value in named_values(source).items() if name in names}
    hidden = (_read_by_id(cloud, collection, value) for value in sorted(values - known) if _is_id(value))
    return [*rows, *(row for row in hidden if row)]


def _is_id(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _read_by_id(cloud: Cloud, collection: Collection, value: str) -> Row | None:
    try:
        answer = cloud.call(collection.service, "GET", f"{collection.path}/{value}")
    except NotFoundError:
        return None
    return dict(answer.get(collection.key.removesuffix("s"), answer))


def things(parameter: str, listings: Listings) -> list[Thing]:
    """Return what a parameter may name."""
    return [_thing(parameter, row) for row in listings.get(KINDS[parameter].collection, ())]


def _thing(parameter: str, row: Row) -> Thing:
    name = str(row["name"])
    if parameter == "floating_network" and not row.get("router:external"):
        return Thing(row["id"], name, f"network {quoted(name)} is not external")
    if parameter == "image" and row.get("status") != "active":
        return Thing(row["id"], name, f"image {quoted(name)} is {row.get('status')}, not active")
    return Thing(str(row.get("id", name)), name)


def match(noun: str, value: str, candidates: Sequence[Thing], project: str) -> Thing:
    """Find the one thing that a value names: an ID goes before a name."""
    by_id = [item for item in candidates if item.id == value]
    by_name = [item for item in candidates if item.name == value]
    usable = [item for item in by_id or by_name if not item.unusable]
    if len(usable) == 1:
        return usable[0]
    known = [item.name for item in candidates if not item.unusable and item.name]
    if usable:
        ids = ", ".join(sorted(item.id for item in usable))
        raise HeatdockError(f"{len(usable)} {noun}s are named {quoted(value)}; use an ID: {ids}")
    if by_id or by_name:
        raise HeatdockError(f"{(by_id or by_name)[0].unusable}; {suggestion(value, known)}")
    raise HeatdockError(f"{noun} {quoted(value)} not found in project {project}; {suggestion(value, known)}")


def lookup_problems(source: Source, listings: Listings, project: str) -> list[str]:
    """Say which of the things that a host names are not there, or not only there."""
    problems = []
    for parameter, value in named_values(source).items():
        try:
            match(KINDS[parameter].noun, value, things(parameter, listings), project)
        except HeatdockError as error:
            problems.append(str(error))
    return problems


def same_ids(listings: Listings) -> SameIds:
    """Tell by parameter which ID each unambiguous name stands for."""
    return {parameter: _ids(things(parameter, listings)) for parameter in KINDS}


def _ids(candidates: Sequence[Thing]) -> dict[str, str]:
    names = [item.name for item in candidates]
    return {item.name: item.id for item in candidates if names.count(item.name) == 1}


def raise_all(problems: Mapping[str, Sequence[str]], others: Sequence[str] = ()) -> None:
    """Raise one error that tells every problem of every host, if there is any."""
    sentences = [*others, *(f"host {name}: {item}" for name, items in problems.items() for item in items)]
    if sentences:
        raise HeatdockError("; ".join(sentences))
