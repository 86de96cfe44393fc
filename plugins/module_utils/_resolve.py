# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what a host's declaration names is there: images, flavors, networks, key pairs, by name or ID.

Matching is pure; the listings it matches against are read once for a fleet, and only when a host needs them.

PRIVATE to the collection.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    HeatdockError,
    NotFoundError,
    quoted,
    suggestion,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Resolver, Source, effective_parameters

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Cloud

GIB = 1024**3


@dataclass(frozen=True)
class Collection:
    """Where one kind of thing is listed, and where a single one is read."""

    service: str
    listed_at: str
    read_at: str
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
    row: Mapping[str, Any] = field(default_factory=dict)


IMAGES = Collection("image", "/images", "/images", "images")
FLAVORS = Collection("compute", "/flavors/detail", "/flavors", "flavors")
KEY_PAIRS = Collection("compute", "/os-keypairs", "/os-keypairs", "keypairs")
NETWORKS = Collection("network", "/networks", "/networks", "networks")
KINDS = {
    "image": Kind("image", IMAGES),
    "flavor": Kind("flavor", FLAVORS),
    "key_name": Kind("key pair", KEY_PAIRS),
    "network": Kind("network", NETWORKS),
    "floating_network": Kind("external network", NETWORKS),
}
"""What the parameters of these names name."""

Listings = Mapping[Collection, Sequence[Mapping[str, Any]]]
SameIds = Mapping[str, Mapping[str, str]]
"""By parameter, the ID behind each name; it tells that two spellings mean the same thing."""


class Names:
    """What there is to be named in one project."""

    def __init__(self, listings: Listings, project: str) -> None:
        """Sort the listings by what parameters may name."""
        self._project = project
        self._things = {
            parameter: [_thing(parameter, row) for row in listings.get(kind.collection, ())]
            for parameter, kind in KINDS.items()
        }

    def problems(self, source: Source) -> list[str]:
        """Say which of the things that a host names are not there, not only there, or do not fit together."""
        problems = []
        found: dict[str, Thing] = {}
        for parameter, value in named_values(source).items():
            try:
                found[parameter] = self.match(parameter, value)
            except HeatdockError as error:
                problems.append(str(error))
        if "image" in found and "flavor" in found and _has_image_on_flavor_disk(source):
            problems += _misfits(found["image"], found["flavor"])
        return problems

    def match(self, parameter: str, value: str) -> Thing:
        """Find the one thing that a value names: an ID goes before a name."""
        noun, candidates = KINDS[parameter].noun, self._things[parameter]
        named = [item for item in candidates if item.id == value] or [item for item in candidates if item.name == value]
        usable = [item for item in named if not item.unusable]
        if len(usable) == 1:
            return usable[0]
        if usable:
            ids = ", ".join(sorted(item.id for item in usable))
            raise HeatdockError(f"{len(usable)} {noun}s are named {quoted(value)}; use an ID: {ids}")
        known = [item.name for item in candidates if not item.unusable and item.name]
        reason = named[0].unusable if named else f"{noun} {quoted(value)} not found in project {self._project}"
        raise HeatdockError(f"{reason}; {suggestion(value, known)}")

    def same_ids(self) -> SameIds:
        """Tell by parameter which ID each unambiguous name stands for."""
        return {parameter: _ids(candidates) for parameter, candidates in self._things.items()}


def named_values(source: Source) -> dict[str, str]:
    """Return what a host's declaration names, by parameter; optional ones left empty are left out."""
    values = effective_parameters(source)
    return {name: str(values[name]) for name in KINDS if values.get(name)}


def read_names(cloud: Cloud, sources: Sequence[Source]) -> Names:
    """List every kind of thing that some host names, once and concurrently; without hosts nothing is asked."""
    used = {name for source in sources for name in named_values(source)}
    collections = list(dict.fromkeys(KINDS[name].collection for name in KINDS if name in used))
    if not collections:
        return Names({}, "")
    with ThreadPoolExecutor(len(collections)) as pool:
        rows = pool.map(lambda collection: _read(cloud, collection, sources), collections)
        return Names(dict(zip(collections, rows, strict=True)), cloud.project())


def _read(cloud: Cloud, collection: Collection, sources: Sequence[Source]) -> list[dict[str, Any]]:
    """List a collection, and read what is named by an ID that its listing does not show."""
    rows = [row.get("keypair", row) for row in cloud.pages(collection.service, collection.listed_at, collection.key)]
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


def _read_by_id(cloud: Cloud, collection: Collection, value: str) -> dict[str, Any] | None:
    try:
        answer = cloud.call(collection.service, "GET", f"{collection.read_at}/{value}")
    except NotFoundError:
        return None
    return dict(answer.get(collection.key.removesuffix("s"), answer))


def _thing(parameter: str, row: Mapping[str, Any]) -> Thing:
    name = str(row["name"])
    unusable = ""
    if parameter == "floating_network" and not row.get("router:external"):
        unusable = f"network {quoted(name)} is not external"
    if parameter == "image" and row.get("status") != "active":
        unusable = f"image {quoted(name)} is {row.get('status')}, not active"
    return Thing(str(row.get("id", name)), name, unusable, row)


def _ids(candidates: Sequence[Thing]) -> dict[str, str]:
    names = [item.name for item in candidates]
    return {item.name: item.id for item in candidates if names.count(item.name) == 1}


def _has_image_on_flavor_disk(source: Source) -> bool:
    servers = [item for item in Resolver(source).resources().values() if item.type == SERVER]
    return any(item.properties.get("image") and item.properties.get("flavor") for item in servers)


def _misfits(image: Thing, flavor: Thing) -> list[str]:
    """Say what an image needs more of than a flavor has; a flavor without a disk takes the image's size."""
    needed_disk = max(image.row.get("min_disk") or 0, math.ceil((image.row.get("virtual_size") or 0) / GIB))
    disk, ram = flavor.row.get("disk") or needed_disk, flavor.row.get("ram") or 0
    pair = f"image {quoted(image.name)} needs {{}}, flavor {quoted(flavor.name)} has {{}}; choose a larger flavor"
    problems = [pair.format(f"a disk of {needed_disk} GiB", f"{disk} GiB")] if needed_disk > disk else []
    needed_ram = image.row.get("min_ram") or 0
    return problems + ([pair.format(f"{needed_ram} MiB of memory", f"{ram} MiB")] if needed_ram > ram else [])
