# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether what declarations name is there, and there only once: by name or ID, for any template.

Each kind of thing is asked for once for a fleet, by the names in question where its service can filter; what there
is to choose from is listed only where something is not found.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import ipaddress
import math
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    HeatdockError,
    NotFoundError,
    nearest,
    quoted,
    suggestion,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._named import (
    BY_CONSTRAINT,
    NETWORKS,
    SUBNETS,
    Address,
    Collection,
    Kind,
    Named,
    Use,
    names_in,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._nested import real_types

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Cloud
    from ansible_collections.heatdock.hosts.plugins.module_utils._properties import Schemas
    from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

GIB = 1024**3
NAMES_PER_QUERY = 40
MISTYPED_ID = 0.8
"""How much an ID is like the one that was meant; two others have half of their characters in common."""
COLLECTIONS_AT_A_TIME = 8

Row = Mapping[str, Any]
SameIds = Mapping[str, Mapping[str, str]]
"""By parameter, the ID behind each name; it tells that two spellings mean the same thing."""


@dataclass(frozen=True)
class Thing:
    """One thing that can be named; `unusable` says why it cannot be used."""

    id: str
    name: str
    unusable: str = ""
    row: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """The project that names are looked up in."""

    name: str = ""
    id: str = ""


class Names:
    """What there is of all that some declarations name."""

    def __init__(
        self,
        schemas: Schemas,
        used: Sequence[Use],
        found: Mapping[Collection, Sequence[Row]],
        project: Project,
        subnets: Sequence[Row] = (),
    ) -> None:
        """Take the resource types, what of them is used to name something, and what the services know of that.

        The subnets are those of the networks that fixed addresses are to be in.
        """
        self._schemas = schemas
        self._used = used
        self._found = found
        self._project = project
        self._subnets = subnets

    def problems(self, source: Source) -> list[str]:
        """Say which of the things that a declaration names are not there, not only there, or do not fit together."""
        problems: list[str] = []
        resources: dict[str, dict[str, Thing]] = {}
        wrong: set[tuple[str, str]] = set()
        said = readable(source, self._schemas)
        for use in said.uses:
            try:
                resources.setdefault(use.resource, {})[use.property] = self.match(use)
            except HeatdockError as error:
                problems += [str(error)] if (use.kind.noun, use.value) not in wrong else []
                wrong.add((use.kind.noun, use.value))
        for things in resources.values():
            if "image" in things and "flavor" in things:
                problems += [item for item in _misfits(things["image"], things["flavor"]) if item not in problems]
        for address in said.addresses:
            network = resources.get(address.resource, {}).get("network")
            if network is not None:
                problems += _address_problems(address, network, self._subnets)
        return problems

    def match(self, use: Use) -> Thing:
        """Find the one thing that a value names: an ID goes before a name."""
        candidates = things_of(use.kind, self._found.get(use.kind.collection, ()))
        named = _named(candidates, use, self._project)
        usable = [item for item in named if not item.unusable]
        if len(usable) == 1:
            return self._sent(use, usable[0])
        what = f"{quoted(use.value)}{_place(use)}"
        if usable:
            ids = ", ".join(sorted(item.id for item in usable))
            raise HeatdockError(f"{len(usable)} {use.kind.noun}s are named {what}; use an ID: {ids}")
        known = [item.name for item in candidates if not item.unusable and item.name]
        known += nearest(use.value, (item.id for item in candidates if not item.unusable), MISTYPED_ID)
        reason = f"{use.kind.noun} {what} not found in project {self._project.name}"
        if named:
            reason = f"{named[0].unusable}{_place(use)}"
        raise HeatdockError(f"{reason}; {suggestion(use.value, known)}")

    def same_ids(self) -> SameIds:
        """Tell by parameter which ID each unambiguous name stands for."""
        same: dict[str, dict[str, str]] = {}
        for use in self._used:
            if use.parameter:
                things = things_of(use.kind, self._found.get(use.kind.collection, ()))
                same.setdefault(use.parameter, {}).update(_ids(things))
        return same

    def ids_by_constraint(self) -> dict[str, dict[str, str]]:
        """Tell by custom constraint which ID each unambiguous name stands for."""
        return {
            constraint: _ids(things_of(kind, self._found[kind.collection]))
            for constraint, kind in BY_CONSTRAINT.items()
            if kind.collection in self._found
        }

    def sent(self, source: Source) -> Source:
        """Return a declaration with the ID where a service takes no name, as Nova for a server group."""
        parameters = dict(source.parameters)
        for use in readable(source, self._schemas).uses:
            if use.kind.by_id_only and use.parameter in parameters and parameters[use.parameter] == use.value:
                parameters[use.parameter] = self.match(use).id
        return replace(source, parameters=parameters)

    @staticmethod
    def _sent(use: Use, thing: Thing) -> Thing:
        """Refuse a name in the template itself where a service wants an ID."""
        if use.kind.by_id_only and not use.parameter and use.value != thing.id:
            what = f"{use.kind.noun} {quoted(use.value)}{_place(use)}"
            raise HeatdockError(f"{what} is a name where only an ID works; write {thing.id}, or use a parameter")
        return thing


def readable(source: Source, schemas: Schemas) -> Named:
    """Return what a declaration names as far as it can be read; what is wrong with it otherwise is told elsewhere."""
    with contextlib.suppress(HeatdockError):
        return names_in(source, schemas)
    return Named()


def read_names(cloud: Cloud, types: ResourceTypes, sources: Sequence[Source]) -> Names:
    """Ask for all that some declarations name, each kind once and concurrently; without any nothing is asked."""
    schemas = types.of(_types(sources))
    said = [readable(source, schemas) for source in sources]
    used = list(dict.fromkeys(use for item in said for use in item.uses))
    collections = list(dict.fromkeys(use.kind.collection for use in used))
    if not collections:
        return Names(schemas, [], {}, Project())
    project = Project(cloud.project(), cloud.project_id())
    with ThreadPoolExecutor(min(len(collections), COLLECTIONS_AT_A_TIME)) as pool:
        rows = pool.map(lambda item: _Lookup(cloud, item, project).rows(used), collections)
        found = dict(zip(collections, rows, strict=True))
    subnets: list[Row] = []
    if found.get(NETWORKS) and any(item.addresses for item in said):
        subnets = _Lookup(cloud, SUBNETS, project).within(str(row["id"]) for row in found[NETWORKS])
    return Names(schemas, used, found, project, subnets)


def _types(sources: Iterable[Source]) -> set[str]:
    types: set[str] = set()
    for source in sources:
        with contextlib.suppress(HeatdockError):
            types |= real_types(source)
    return types


class _Lookup:
    """Asks one service for the things of one collection."""

    def __init__(self, cloud: Cloud, collection: Collection, project: Project) -> None:
        self._cloud = cloud
        self._collection = collection
        self._project = project

    def rows(self, used: Sequence[Use]) -> list[Row]:
        """Return what is named; and everything, to choose from, when some of it is not there or of no use."""
        own = [use for use in used if use.kind.collection == self._collection]
        if not self._collection.by_name:
            return self._listed([])
        by_id = [row for value in sorted({use.value for use in own}) if _is_id(value) for row in self._read(value)]
        names = {use.value for use in own if not _is_id(use.value)} | {str(row["name"]) for row in by_id}
        rows = _once([*by_id, *self._filtered(sorted(names))])
        if all(self._is_found(use, rows) for use in own):
            return rows
        return _once([*by_id, *self._listed([])])

    def within(self, networks: Iterable[str]) -> list[Row]:
        """List what is in some networks."""
        queries = _queries(sorted(networks), self._collection.by_name, key="network_id")
        return [row for query in queries for row in self._listed(query)]

    def _is_found(self, use: Use, rows: Sequence[Row]) -> bool:
        things = _named(things_of(use.kind, rows), use, self._project)
        return any(not item.unusable for item in things)

    def _listed(self, query: Sequence[tuple[str, str]]) -> list[Row]:
        fields = [("fields", name) for name in self._collection.fields]
        rows = self._cloud.pages(
            self._collection.service, self._collection.path, self._collection.key, [*query, *fields]
        )
        return [row.get("keypair", row) for row in rows]

    def _filtered(self, names: Sequence[str]) -> Iterator[Row]:
        """List the things of these names."""
        for query in _queries(names, self._collection.by_name):
            yield from self._listed(query)

    def _read(self, identifier: str) -> Iterator[Row]:
        """Read one thing by its ID, which shows what listings hide; nothing when there is none."""
        with contextlib.suppress(NotFoundError):
            answer = self._cloud.call(self._collection.service, "GET", f"{self._collection.path}/{identifier}")
            yield answer.get(self._collection.key.removesuffix("s"), answer)


def _queries(names: Sequence[str], by_name: str, key: str = "name") -> Iterator[list[tuple[str, str]]]:
    size = 1 if by_name == "each" else NAMES_PER_QUERY
    for start in range(0, len(names), size):
        some = names[start : start + size]
        if by_name == "in":
            yield [(key, "in:" + ",".join(quoted(name) for name in some))]
        else:
            yield [(key, name) for name in some]


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row["id"]: row for row in rows}.values())


def _is_id(value: str) -> bool:
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def things_of(kind: Kind, rows: Iterable[Row]) -> list[Thing]:
    """Take a service's rows for what they can be named by."""
    return [_thing(kind, row) for row in rows]


def _thing(kind: Kind, row: Row) -> Thing:
    name = str(row.get(kind.collection.name) or "")
    unusable = ""
    if kind.external and not row.get("router:external"):
        unusable = f"network {quoted(name)} is not external"
    if kind.noun == "image" and row.get("status") != "active":
        unusable = f"image {quoted(name)} is {row.get('status')}, not active"
    if (row.get("zoneState") or {}).get("available") is False:
        unusable = f"{kind.noun} {quoted(name)} is not available"
    return Thing(str(row.get("id", name)), name, unusable, row)


def _named(candidates: Sequence[Thing], use: Use, project: Project) -> list[Thing]:
    """Return what a value may mean; a zone may be followed by one of its machines."""
    value = use.value.partition(":")[0] if "zone" in use.kind.noun else use.value
    named = [item for item in candidates if item.id == value] or [item for item in candidates if item.name == value]
    own = [item for item in named if item.row.get("project_id") == project.id]
    return own if use.kind.own_first and len(own) == 1 else named


def _place(use: Use) -> str:
    """Say where a value is written, unless the kind of the thing says it already."""
    return "" if use.label.replace("_", " ") == use.kind.noun else f" ({use.label})"


def _ids(candidates: Sequence[Thing]) -> dict[str, str]:
    names = [item.name for item in candidates]
    return {item.name: item.id for item in candidates if names.count(item.name) == 1}


def _misfits(image: Thing, flavor: Thing) -> list[str]:
    """Say what an image needs more of than a flavor has; a flavor without a disk takes the image's size."""
    needed_disk = max(image.row.get("min_disk") or 0, math.ceil((image.row.get("virtual_size") or 0) / GIB))
    disk, ram = flavor.row.get("disk") or needed_disk, flavor.row.get("ram") or 0
    pair = f"image {quoted(image.name)} needs {{}}, flavor {quoted(flavor.name)} has {{}}; choose a larger flavor"
    problems = [pair.format(f"a disk of {needed_disk} GiB", f"{disk} GiB")] if needed_disk > disk else []
    needed_ram = image.row.get("min_ram") or 0
    return problems + ([pair.format(f"{needed_ram} MiB of memory", f"{ram} MiB")] if needed_ram > ram else [])


def _address_problems(address: Address, network: Thing, subnets: Iterable[Row]) -> list[str]:
    """Say that a fixed address is in no subnet of its network; one whose subnets are not shown takes any."""
    ranges = sorted(str(row["cidr"]) for row in subnets if row.get("network_id") == network.id)
    try:
        value = ipaddress.ip_address(address.value)
    except ValueError:  # which is told where each value is looked at for itself
        return []
    if not ranges or any(value in ipaddress.ip_network(item, strict=False) for item in ranges):
        return []
    where = f"network {quoted(network.name)}, which has {', '.join(ranges)}"
    return [f"{address.label} {quoted(address.value)} is in no subnet of {where}; choose another address"]
