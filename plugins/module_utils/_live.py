# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's resources as Nova and Neutron have them, where Heat's check does not look.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._differences import (
    Difference,
    floating_ip_differences,
    port_differences,
    server_differences,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import NotFoundError
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import FLOATING_IP, PORT, SECURITY_GROUP, SERVER

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Cloud, Heat, Row

_COLLECTIONS = {PORT: "ports", FLOATING_IP: "floatingips", SECURITY_GROUP: "security_groups"}
"""Where Neutron lists what Heat's check does not look at."""


@dataclass
class Seen:
    """The resources of one stack as they are, by their IDs; what is in `made` and not in `rows` is gone."""

    made: Sequence[Row]
    rows: dict[str, Row] = field(default_factory=dict)

    @property
    def gone(self) -> set[str]:
        """Return the IDs of what is gone."""
        return {item["physical_resource_id"] for item in self.made} - set(self.rows)

    def ids(self, kind: str) -> list[str]:
        """Return the IDs of the resources of one type."""
        return [item["physical_resource_id"] for item in self.made if item["resource_type"] == kind]


class Live:
    """Looks at one stack's resources at a time; safe to use from many threads."""

    def __init__(self, cloud: Cloud, heat: Heat) -> None:
        """Take the API; nothing is sent yet."""
        self._cloud = cloud
        self._heat = heat

    def seen(self, resources: Iterable[Row]) -> Seen:
        """Look at those of a stack's resources that can be looked at here."""
        kinds = (SERVER, *_COLLECTIONS)
        seen = Seen([item for item in resources if item.get("physical_resource_id") and item["resource_type"] in kinds])
        for kind, collection in _COLLECTIONS.items():
            if ids := seen.ids(kind):
                seen.rows |= self._heat.network_rows(collection, ids)
        for server_id in seen.ids(SERVER):
            if (server := self._heat.server(server_id)) is not None:
                seen.rows[server_id] = server
        return seen

    def differences(self, row: Row, resource: Row, seen: Seen) -> list[Difference]:
        """Compare a resource with what Heat gave it, as far as it can be put back in place."""
        found = seen.rows.get(resource["physical_resource_id"])
        if found is None or resource["resource_type"] not in (FLOATING_IP, PORT, SERVER):
            return []
        given = self._heat.applied_properties(row, resource)
        if given is None:
            return []
        if resource["resource_type"] == FLOATING_IP:
            return list(floating_ip_differences(given, found, seen.gone))
        if resource["resource_type"] == PORT:
            groups = self._group_ids(given.get("security_groups") or (), seen)
            return list(port_differences(given, found, seen.gone, groups, self._strangers(found, seen)))
        ports = [item["id"] for item in self._listed("ports", "device_id", found["id"])]
        return list(server_differences(given, found, seen.gone, self._flavor_name(found), ports))

    def _group_ids(self, groups: Sequence[str], seen: Seen) -> Mapping[str, str]:
        """Return the IDs behind the names among some security groups: the project's own go before shared ones."""
        others = [item for item in groups if item not in seen.ids(SECURITY_GROUP)]
        if not others:
            return {}
        named = {item: self._listed("security_groups", "name", item) for item in others}
        own = self._cloud.project_id()
        return {
            name: min(rows, key=lambda item: (item.get("project_id") != own, item["id"]))["id"]
            for name, rows in named.items()
            if rows
        }

    def _strangers(self, port: Row, seen: Seen) -> dict[str, str]:
        rows = self._listed("floatingips", "port_id", port["id"])
        own: Collection[str] = seen.ids(FLOATING_IP)
        return {item["floating_ip_address"]: item["id"] for item in rows if item["id"] not in own}

    def _listed(self, collection: str, key: str, value: str) -> list[Row]:
        path = f"/{collection.replace('_', '-')}"
        return list(self._cloud.pages("network", path, collection, [(key, value)]))

    def _flavor_name(self, server: Row) -> str:
        """Name a server's flavor; empty for one that was deleted since, of which nothing can be told."""
        with contextlib.suppress(NotFoundError):
            flavor = self._cloud.call("compute", "GET", f"/flavors/{server['flavor']['id']}")["flavor"]
            return str(flavor["name"])
        return ""
