# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a resource is not as Heat gave it; what nobody changed is no difference, however it is spelt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._differences import (
    Difference,
    cuts_off,
    floating_ip_differences,
    port_differences,
    said_of,
    server_differences,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

MAC = "fa:16:3e:00:00:01"
PORT = {
    "security_groups": ["g-1", "g-2"],
    "admin_state_up": True,
    "port_security_enabled": True,
    "allowed_address_pairs": [],
    "mac_address": MAC,
}
SERVER = {"name": "web1", "metadata": {"team": "web"}, "flavor": {"id": "1"}}
GIVEN = {"name": "web1", "metadata": {"team": "web"}, "flavor": "small", "networks": [{"port": "p-1"}]}


def port(given: dict[str, Any], found: dict[str, Any], *gone: str, **strangers: str) -> list[Difference]:
    return list(port_differences(given, {**PORT, **found}, gone, {"web": "g-2"}, strangers))


def server(given: dict[str, Any], found: dict[str, Any], *ports: str, gone: tuple[str, ...] = ()) -> list[Difference]:
    return list(server_differences({**GIVEN, **given}, {**SERVER, **found}, gone, "small", ports or ("p-1",)))


@pytest.mark.parametrize(
    ("given", "now", "said"),
    [
        ("p-1", "p-1", ""),
        ("p-1", None, "it is on no port"),
        ("p-1", "", "it is on no port"),
        ("p-1", "p-9", "it is on port p-9"),
        ("p-gone", None, ""),
        (None, "p-1", ""),
    ],
)
def test_a_floating_ip_is_on_its_port(given: str | None, now: str | None, said: str) -> None:
    assert said_of(floating_ip_differences({"port_id": given}, {"port_id": now}, {"p-gone"})) == said


def test_a_port_that_nobody_changed_is_the_same_in_any_order_and_by_name() -> None:
    assert port({"security_groups": ["web", "g-1"]}, {}) == []
    assert port({}, {"security_groups": ["g-7"]}) == [], "what Heat was given nothing for is Neutron's to choose"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"security_groups": ["g-1"]}, "security group g-2 was taken away"),
        ({"security_groups": ["g-1", "g-2", "g-3"]}, "security group g-3 was added"),
        ({"port_security_enabled": False}, "its security groups are switched off"),
        ({"admin_state_up": False}, "it is switched off"),
        (
            {"allowed_address_pairs": [{"ip_address": "0.0.0.0/0", "mac_address": MAC}]},
            "allowed address 0.0.0.0/0 was added",
        ),
        (
            {"allowed_address_pairs": [{"ip_address": "192.0.2.1", "mac_address": "fa:16:3e:00:00:02"}]},
            "allowed address 192.0.2.1 of fa:16:3e:00:00:02 was added",
        ),
    ],
)
def test_what_of_a_port_was_changed_is_named(found: dict[str, Any], said: str) -> None:
    assert said_of(port({"security_groups": ["g-1", "web"]}, found)) == said


def test_a_group_that_is_gone_does_not_count() -> None:
    assert port({"security_groups": ["g-1", "g-2"]}, {"security_groups": ["g-2"]}, "g-1") == []
    [left] = port({"security_groups": ["g-1", "g-2"]}, {"security_groups": []}, "g-1")
    assert (left.given, left.found) == (["g-2"], [])


def test_a_port_that_is_to_be_off_or_open_is_no_difference() -> None:
    assert port({"admin_state_up": "false"}, {"admin_state_up": False}) == []
    assert port({"security_groups": []}, {"security_groups": [], "port_security_enabled": False}) == []
    pair = {"ip_address": "192.0.2.9"}
    assert port({"allowed_address_pairs": [pair]}, {"allowed_address_pairs": [{**pair, "mac_address": MAC}]}) == []


def test_a_stranger_s_floating_ip_is_named_by_its_address() -> None:
    [found] = port({"security_groups": ["g-1", "g-2"]}, {}, **{"203.0.113.9": "f-9"})
    assert (found.said, found.found) == ("floating IP 203.0.113.9 was added", {"203.0.113.9": "f-9"})


def test_a_server_that_nobody_changed_is_the_same() -> None:
    assert server({}, {}) == []
    assert server({"flavor": "1"}, {}) == [], "an ID names the flavor, too"
    assert server({"metadata": {"n": 1, "on": True}}, {"metadata": {"n": "1", "on": "true"}}) == []
    assert server({"metadata": None, "name": None}, {"metadata": {"a": "b"}, "name": "x"}) == []
    assert server({"networks": [{"network": "private"}]}, {}, "p-8") == [], "a port of Nova's own making is not known"


@pytest.mark.parametrize(
    ("found", "ports", "said"),
    [
        ({"name": "other"}, (), "its name is other"),
        ({"metadata": {"team": "s3cret"}}, (), "metadata team was changed"),
        ({"metadata": {"who": "me"}}, (), "metadata who was added, metadata team was taken away"),
        ({}, ("p-1", "p-2"), "port p-2 was added"),
        ({}, ("p-2",), "port p-2 was added, port p-1 was taken away"),
    ],
)
def test_what_of_a_server_was_changed_is_named(found: dict[str, Any], ports: tuple[str, ...], said: str) -> None:
    assert said_of(server({}, found, *ports)) == said


def test_a_server_of_another_size_is_named_and_one_of_a_deleted_flavor_is_not_judged() -> None:
    assert said_of(server({"flavor": "large"}, {})) == "its flavor is small, not large"
    assert list(server_differences(GIVEN, {**SERVER, "flavor": {"id": "7"}}, (), "", ["p-1"])) == []


def test_a_port_that_is_gone_is_not_missed_at_the_server() -> None:
    assert server({}, {}, "p-gone", gone=("p-1", "p-gone")) == []


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        (floating_ip_differences({"port_id": "p-1"}, {"port_id": None}, ()), True),
        (port({}, {"admin_state_up": False}), True),
        (port({"security_groups": ["g-1", "g-2"]}, {"security_groups": ["g-1"]}), True),
        (port({"security_groups": ["g-1", "g-2"]}, {"security_groups": ["g-1", "g-2", "g-3"]}), False),
        (port({"security_groups": ["g-1"]}, {"security_groups": [], "port_security_enabled": False}), False),
        (port({}, {}, **{"203.0.113.9": "f-9"}), False),
        (server({}, {}, "p-9"), True),
        (server({}, {}, "p-1", "p-9"), False),
        (server({}, {"name": "other", "metadata": {}, "flavor": {"id": "2"}}), False),
        ([], False),
    ],
)
def test_what_takes_a_host_off_its_network_may_cut_it_off(differences: Iterable[Difference], expected: bool) -> None:
    assert cuts_off(list(differences)) is expected
