# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A security group's rules against those that Heat gave it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._rules import rule_problem

SSH = {
    "direction": "ingress",
    "ethertype": "IPv4",
    "protocol": "tcp",
    "port_range_min": "22",
    "port_range_max": "22",
    "remote_ip_prefix": "10.90.0.7/24",
}
NOTHING_SAID = dict.fromkeys(("protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id"))
EGRESS = [{"direction": "egress", "ethertype": kind, **NOTHING_SAID} for kind in ("IPv4", "IPv6")]
LIVE_SSH = {**NOTHING_SAID, **SSH, "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "10.90.0.0/24"}
START = "its rules were changed behind Heat's back: "


def group(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"id": "g-1", "security_group_rules": list(rules)}


def test_the_same_rules_in_another_spelling_are_the_same() -> None:
    assert rule_problem([SSH], group(*EGRESS, LIVE_SSH)) == ""


@pytest.mark.parametrize(
    ("live", "problem"),
    [
        ([*EGRESS], "ingress IPv4 tcp 22 from 10.90.0.0/24 was deleted"),
        (
            [*EGRESS, LIVE_SSH, {**LIVE_SSH, "port_range_max": 30, "remote_ip_prefix": "0.0.0.0/0"}],
            "ingress IPv4 tcp 22-30 from anything was added",
        ),
        ([EGRESS[0], LIVE_SSH], "egress IPv6 anything to anything was deleted"),
        (
            [*EGRESS, {**LIVE_SSH, "remote_ip_prefix": None, "remote_group_id": "g-2"}],
            "ingress IPv4 tcp 22 from g-2 was added, ingress IPv4 tcp 22 from 10.90.0.0/24 was deleted",
        ),
    ],
)
def test_what_was_added_or_deleted_is_named(live: list[dict[str, Any]], problem: str) -> None:
    assert rule_problem([SSH], group(*live)) == START + problem


def test_a_group_that_lets_itself_in_is_known_by_its_id() -> None:
    itself = {"remote_mode": "remote_group_id", "protocol": "tcp"}
    live = {**NOTHING_SAID, "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "remote_group_id": "g-1"}
    assert rule_problem([itself], group(*EGRESS, live)) == ""


def test_where_a_template_has_rules_for_egress_neutron_s_own_are_gone() -> None:
    out = {"direction": "egress", "protocol": "tcp", "remote_ip_prefix": "192.0.2.0/24"}
    live = {**NOTHING_SAID, **out, "ethertype": "IPv4"}
    assert rule_problem([out], group(live)) == ""
    assert rule_problem([out], group(live, EGRESS[0])) == START + "egress IPv4 anything to anything was added"
