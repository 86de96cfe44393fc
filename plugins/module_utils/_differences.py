# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a resource is, against what Heat gave it: pure comparison of what can be put back in place.

`given` are the properties that Heat gave the resource, `found` is how Nova or Neutron shows it. What Heat was given
nothing for is only compared where its default is known. IDs of `gone` resources do not count on either side: what
refers to those the next update brings about.

PRIVATE to the collection.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One property that is not as Heat gave it, and how that is said."""

    property: str
    given: Any
    found: Any
    said: str


def floating_ip_differences(given: Row, found: Row, gone: Collection[str]) -> Iterator[Difference]:
    """Compare which port a floating IP is on."""
    port, now = given.get("port_id"), found.get("port_id") or None
    if port is not None and port not in gone and port != now:
        yield Difference("port_id", port, now, f"it is on port {now}" if now else "it is on no port")


def port_differences(
    given: Row, found: Row, gone: Collection[str], groups: Mapping[str, str], strangers: Mapping[str, str]
) -> Iterator[Difference]:
    """Compare a port's firewall, power and floating IPs.

    `groups` gives the ID behind each spelling of a security group, `strangers` the ID behind the address of each
    floating IP on the port that is not the stack's.
    """
    wanted = sorted({groups.get(item, item) for item in given.get("security_groups") or ()} - set(gone))
    if given.get("security_groups") is not None:
        now = sorted(set(found.get("security_groups") or ()) - set(gone))
        if said := _sets("security group", wanted, now):
            yield Difference("security_groups", wanted, now, said)
    if wanted and found.get("port_security_enabled") is False:  # Neutron has no groups on a port without it
        yield _off("port_security_enabled", "its security groups are switched off")
    if _is_true(given.get("admin_state_up", True)) and found.get("admin_state_up") is False:
        yield _off("admin_state_up", "it is switched off")
    pairs, allowed = (_pairs(item.get("allowed_address_pairs"), found) for item in (given, found))
    if said := _sets("allowed address", sorted(pairs), sorted(allowed)):
        yield Difference("allowed_address_pairs", list(pairs.values()), list(allowed.values()), said)
    if strangers:
        yield Difference("floating_ips", {}, dict(strangers), _sets("floating IP", [], sorted(strangers)))


def server_differences(
    given: Row, found: Row, gone: Collection[str], flavor: str, ports: Collection[str]
) -> Iterator[Difference]:
    """Compare a server's name, metadata, size and ports; `flavor` is its flavor's name, empty where it has none."""
    if given.get("name") is not None and given["name"] != found.get("name"):
        yield Difference("name", given["name"], found.get("name"), f"its name is {found.get('name')}")
    if given.get("metadata") is not None:
        wanted = {key: _as_metadata(value) for key, value in given["metadata"].items()}
        if said := _keys(wanted, found.get("metadata") or {}):
            yield Difference("metadata", wanted, dict(found["metadata"]), said)
    size = str((found.get("flavor") or {}).get("id", ""))
    wanted_size = str(given.get("flavor") or "")
    if flavor and wanted_size and wanted_size not in (size, flavor):
        yield Difference("flavor", wanted_size, flavor, f"its flavor is {flavor}, not {wanted_size}")
    networks = given.get("networks") or []
    if networks and all(item.get("port") for item in networks):
        plugged = sorted({str(item["port"]) for item in networks} - set(gone))
        now = sorted(set(ports) - set(gone))
        if said := _sets("port", plugged, now):
            yield Difference("networks", plugged, now, said)


def said_of(differences: Iterable[Difference]) -> str:
    """Say all differences of one resource."""
    return "; ".join(item.said for item in differences)


def cuts_off(differences: Sequence[Difference]) -> bool:
    """Tell whether what differs of one resource may be why its host cannot be reached."""
    is_filtered = all(item.property != "port_security_enabled" for item in differences)
    needed = ("networks", "security_groups") if is_filtered else ("networks",)
    return any(
        item.property in ("port_id", "admin_state_up")
        or (item.property in needed and set(item.given) - set(item.found))
        for item in differences
    )


def _off(name: str, said: str) -> Difference:
    return Difference(name, given=True, found=False, said=said)


def _sets(what: str, wanted: Collection[str], now: Collection[str]) -> str:
    """Say what was added and taken away."""
    return ", ".join(
        [
            *(f"{what} {item} was added" for item in now if item not in wanted),
            *(f"{what} {item} was taken away" for item in wanted if item not in now),
        ]
    )


def _keys(wanted: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Say which keys of metadata differ; values may be secrets."""
    changed = [f"metadata {key} was changed" for key in wanted if key in now and wanted[key] != now[key]]
    return ", ".join([*changed, *filter(None, [_sets("metadata", sorted(wanted), sorted(now))])])


def _as_metadata(value: Any) -> str:
    """Write a value as Heat hands it to Nova."""
    return value if isinstance(value, str) else json.dumps(value)


def _pairs(items: Iterable[Row] | None, port: Row) -> dict[str, dict[str, Any]]:
    """Return a port's allowed addresses by how they are said; without one of its own, each has the port's MAC."""
    pairs = {}
    for item in items or ():
        mac = item.get("mac_address") or port.get("mac_address")
        said = item["ip_address"] if mac == port.get("mac_address") else f"{item['ip_address']} of {mac}"
        pairs[str(said)] = {"ip_address": item["ip_address"], "mac_address": mac}
    return pairs


def _is_true(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "yes", "on", "t", "y")
