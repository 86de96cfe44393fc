# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was changed by hand is put back in place, through Neutron and Nova: Heat would make it anew.

A new floating IP would have another address, and a new server nothing on its disk.

PRIVATE to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._changes import PropertyChange, ResourcePlan, StackPlan
from ansible_collections.heatdock.hosts.plugins.module_utils._differences import Difference, said_of
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted
from ansible_collections.heatdock.hosts.plugins.module_utils._kinds import FLOATING_IP, PORT, SERVER
from ansible_collections.heatdock.hosts.plugins.module_utils._servers import awaited, is_at_work

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Cloud, Heat, Row
    from ansible_collections.heatdock.hosts.plugins.module_utils._live import Live
    from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch

PAUSE = 1.0
PATIENCE = 60
"""Seconds until what was put back must show, since Nova unplugs a port in its own time."""
AT_WORK = ("RESIZE", "REVERT_RESIZE")
UNCONFIRMED = "VERIFY_RESIZE"
"""Statuses of a server while it is resized, and until somebody says that it is well."""

Drifted = Mapping[str, Sequence[Difference]]
"""By the name of a resource, what of it is not as Heat gave it."""


def left_by(plan: StackPlan, drifted: Drifted) -> dict[str, list[Difference]]:
    """Return what an update of this plan would not bring about itself."""
    by_name = {item.name: item for item in plan.resources}
    left = {
        name: [item for item in differences if not _is_brought(by_name.get(name), item)]
        for name, differences in drifted.items()
    }
    return {name: differences for name, differences in left.items() if differences}


def _is_brought(plan: ResourcePlan | None, difference: Difference) -> bool:
    if plan is None or plan.action in ("create", "replace", "delete"):
        return True
    return any(change.name == difference.property and not change.ignored for change in plan.properties)


def add_to(plan: StackPlan, drifted: Drifted) -> None:
    """Have a plan say what is put back, as an update in place."""
    for resource in plan.resources:
        for item in drifted.get(resource.name, ()):
            resource.properties.append(PropertyChange(item.property, item.found, item.given))
            resource.action = "update"


def worth_knowing(drifted: Drifted) -> list[str]:
    """Say what putting back costs."""
    sizes = {name: item.given for name, found in drifted.items() for item in found if item.property == "flavor"}
    return [f"{name} is resized back to {size}, for which Nova restarts it" for name, size in sizes.items()]


class Repair:
    """Puts back one host's resources at a time; safe to use from many threads."""

    def __init__(self, cloud: Cloud, heat: Heat, live: Live, watch: Watch, timeout: int) -> None:
        """Take the API and how many seconds a server may take."""
        self._cloud = cloud
        self._heat = heat
        self._live = live
        self._watch = watch
        self._timeout = timeout

    def put_back(self, row: Row, resources: Sequence[Row], drifted: Drifted) -> None:
        """Give resources what Heat gave them, and look whether they have it."""
        puts = {PORT: self._put_back_port, FLOATING_IP: self._put_back_floating_ip, SERVER: self._put_back_server}
        for kind, put in puts.items():  # a port is freed of others' floating IPs before the host's own is put on it
            for resource in resources:
                differences = drifted.get(resource["resource_name"])
                if differences and resource["resource_type"] == kind:
                    put(resource["physical_resource_id"], differences)
                    self._confirm(row, resources, resource, {item.property for item in differences})

    def _confirm(self, row: Row, resources: Sequence[Row], resource: Row, properties: set[str]) -> None:
        deadline = time.monotonic() + min(self._timeout, PATIENCE)
        while True:
            found = self._live.differences(row, resource, self._live.seen(resources))
            left = [item for item in found if item.property in properties]
            if not left:
                return
            if time.monotonic() >= deadline:
                raise HeatdockError(
                    f"its {resource['resource_name']} does not stay as it is put back ({said_of(left)}); see who or "
                    "what changes it, and run again"
                )
            self._watch.pause(PAUSE)

    def _put_back_port(self, port_id: str, differences: Sequence[Difference]) -> None:
        values = {item.property: item.given for item in differences}
        for item in differences:
            if item.property == "floating_ips":
                del values[item.property]
                for floating_ip in item.found.values():
                    self._put_on(floating_ip, None)
        if values:
            self._cloud.call("network", "PUT", f"/ports/{port_id}", body={"port": values})

    def _put_back_floating_ip(self, floating_ip: str, differences: Sequence[Difference]) -> None:
        for item in differences:
            self._put_on(floating_ip, item.given)

    def _put_on(self, floating_ip: str, port: str | None) -> None:
        body = {"floatingip": {"port_id": port}}
        self._cloud.call("network", "PUT", f"/floatingips/{floating_ip}", body=body)

    def _put_back_server(self, server_id: str, differences: Sequence[Difference]) -> None:
        puts: dict[str, Callable[[str, Difference], None]] = {
            "name": self._rename,
            "metadata": self._set_metadata,
            "networks": self._plug,
            "flavor": self._resize,
        }
        for item in differences:
            puts[item.property](server_id, item)

    def _rename(self, server_id: str, item: Difference) -> None:
        self._cloud.call("compute", "PUT", f"/servers/{server_id}", body={"server": {"name": item.given}})

    def _set_metadata(self, server_id: str, item: Difference) -> None:
        self._cloud.call("compute", "PUT", f"/servers/{server_id}/metadata", body={"metadata": item.given})

    def _plug(self, server_id: str, item: Difference) -> None:
        path = f"/servers/{server_id}/os-interface"
        for port in sorted(set(item.found) - set(item.given)):
            self._cloud.call("compute", "DELETE", f"{path}/{port}")
        for port in sorted(set(item.given) - set(item.found)):
            self._cloud.call("compute", "POST", path, body={"interfaceAttachment": {"port_id": port}})

    def _resize(self, server_id: str, item: Difference) -> None:
        """Resize a server; a resize by hand that nobody has confirmed is taken back instead."""
        if self._calm(server_id)["status"] == UNCONFIRMED:
            self._heat.act_on_server(server_id, {"revertResize": None})
            if self._calm(server_id)["flavor"]["id"] == self._flavor_id(item.given):
                return
        self._heat.act_on_server(server_id, {"resize": {"flavorRef": self._flavor_id(item.given)}})
        if self._calm(server_id)["status"] == UNCONFIRMED:
            self._heat.act_on_server(server_id, {"confirmResize": None})
        server = self._calm(server_id, UNCONFIRMED)
        if server["flavor"]["id"] != self._flavor_id(item.given):
            raise HeatdockError(
                f"Nova could not resize its server to {item.given}, see openstack server event list {server_id}; "
                "correct the cause and run again"
            )

    def _flavor_id(self, wanted: str) -> str:
        flavors = list(self._cloud.pages("compute", "/flavors", "flavors"))
        found = [item["id"] for key in ("id", "name") for item in flavors if item[key] == wanted]
        if not found:
            raise HeatdockError(f"flavor {quoted(wanted)} that its server had is not there any more; declare another")
        return str(found[0])

    def _calm(self, server_id: str, *passing: str) -> Row:
        """Read a server once Nova is at work on it no more, and it has left the statuses that pass."""

        def is_calm(server: Row) -> bool:
            return not is_at_work(server) and server["status"] not in (*AT_WORK, *passing)

        return awaited(partial(self._server, server_id), is_calm, self._watch, self._timeout)

    def _server(self, server_id: str) -> Row:
        server = self._heat.server(server_id)
        if server is None:
            raise HeatdockError("its server was deleted meanwhile; look with state=checked, and run again")
        return server
