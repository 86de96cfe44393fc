# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a security group's rules are still those that Heat gave it: pure comparison.

PRIVATE to the collection.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

ANY = "anything"
DELETED = "was deleted"
"""What is said of a rule that the group lacks; one more keeps nobody out."""


@dataclass(frozen=True)
class Rule:
    """What a rule allows."""

    direction: str
    ethertype: str
    protocol: str
    first: str
    last: str
    remote: str

    def __str__(self) -> str:
        """Say it within a sentence."""
        ports = self.first if self.first == self.last else f"{self.first}-{self.last}"
        what = " ".join(item for item in (self.protocol, ports) if item) or ANY
        way = "from" if self.direction == "ingress" else "to"
        return f"{self.direction} {self.ethertype} {what} {way} {self.remote or ANY}"


NEUTRONS_OWN = [Rule("egress", ethertype, "", "", "", "") for ethertype in ("IPv4", "IPv6")]
"""The rules of a new group, which Heat keeps where a template has none of this direction."""


def rule_problem(given: Iterable[Mapping[str, Any]], group: Mapping[str, Any]) -> str:
    """Say which rules a group has too many or lacks, by those that Heat gave it; empty where they are the same."""
    expected = {_rule(item, str(group["id"])) for item in given}
    if not any(item.direction == "egress" for item in expected):
        expected |= set(NEUTRONS_OWN)
    found = {_rule(item, str(group["id"])) for item in group["security_group_rules"]}
    differences = [
        *(f"{item} was added" for item in _sorted(found - expected)),
        *(f"{item} {DELETED}" for item in _sorted(expected - found)),
    ]
    return f"its rules were changed behind Heat's back: {', '.join(differences)}" if differences else ""


def _sorted(rules: Iterable[Rule]) -> list[Rule]:
    return sorted(rules, key=astuple)


def _rule(item: Mapping[str, Any], group_id: str) -> Rule:
    itself = group_id if item.get("remote_mode") == "remote_group_id" else ""
    return Rule(
        item.get("direction") or "ingress",
        item.get("ethertype") or "IPv4",
        _text(item.get("protocol")).lower(),
        _text(item.get("port_range_min")),
        _text(item.get("port_range_max")),
        _network(_text(item.get("remote_ip_prefix"))) or item.get("remote_group_id") or itself,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _network(prefix: str) -> str:
    """Write a network as Neutron compares it; all addresses are as good as none said."""
    with contextlib.suppress(ValueError):
        network = ipaddress.ip_network(prefix, strict=False)
        return str(network) if network.prefixlen else ""
    return prefix
