# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's outputs say how its host is reached."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    ForbiddenError,
    HeatdockError,
    NoAnswerError,
    NotFoundError,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._inventory import (
    MISSING,
    UNDECLARED,
    Place,
    compared,
    connection_of,
    facts_of,
    group_name,
    groups_of,
    is_as_known,
    named,
    places_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._inventory_read import as_cached, from_cache, read_report

KEY = "ssh-ed25519 AAAA"


def stack(**outputs: str) -> dict[str, Any]:
    return {
        "id": "1",
        "stack_name": "web1",
        "stack_status": "CREATE_COMPLETE",
        "stack_status_reason": "Stack CREATE completed successfully",
        "tags": ["heatdock"],
        "outputs": [{"output_key": key, "output_value": value} for key, value in outputs.items()],
    }


EVERY = {
    "address": "203.0.113.5",
    "floating_address": "203.0.113.5",
    "fixed_address": "10.0.0.5",
    "addresses": ["203.0.113.5", "10.0.0.5", "2001:db8::5"],
}
USUAL = ("floating", "fixed", "ipv6")


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in EVERY.items() if name not in names}


@pytest.mark.parametrize(
    ("outputs", "prefer", "expected"),
    [
        (EVERY, USUAL, "203.0.113.5"),
        (EVERY, ["fixed", "floating"], "10.0.0.5"),
        (EVERY, ["ipv6", "floating"], "2001:db8::5"),
        (without("addresses"), ["ipv6", "floating"], "203.0.113.5"),
        (without("floating_address"), USUAL, "10.0.0.5"),
        ({"fixed_address": "2001:db8::6"}, ["floating", "ipv6"], "2001:db8::6"),
        ({"address": "10.0.0.6"}, ["ipv6"], "10.0.0.6"),
        ({"address": "10.0.0.6", "addresses": "no list"}, ["ipv6"], "10.0.0.6"),
        ({"fixed_address": "-oProxyCommand=x", "address": "10.0.0.6"}, USUAL, "10.0.0.6"),
        ({"fixed_address": 5}, USUAL, None),
        ({}, USUAL, None),
    ],
)
def test_the_first_preferred_address_is_used(outputs: dict[str, Any], prefer: list[str], expected: str | None) -> None:
    assert connection_of(outputs, prefer).get("ansible_host") == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [("2222", 2222), (22, 22), ("", None), ("ssh", None), ("0", None), ("65536", None), ("²", None)],
)
def test_another_ssh_port_is_used(told: Any, expected: int | None) -> None:
    assert connection_of({"ssh_port": told}, USUAL).get("ansible_port") == expected


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        ("registry_mirrors", "https://a,https://b", ["https://a", "https://b"]),
        ("registry_mirrors", "", []),
        ("address_pools", '[{"base": "10.0.0.0/8", "size": 24}]', [{"base": "10.0.0.0/8", "size": 24}]),
        ("engine_options", '{"debug": true, "userland-proxy": null}', {"debug": True, "userland-proxy": None}),
        ("ip_version", "6", 6),
        ("config_drive", "False", False),
        ("hardening", "strict", "strict"),
        ("engine_options", "not JSON", "not JSON"),
        ("another", "1", "1"),
    ],
)
def test_parameters_get_their_types_back(name: str, shown: str, expected: Any) -> None:
    told = {**stack(), "parameters": {name: shown, "OS::stack_name": "web1"}}
    assert facts_of(told)["parameters"] == {name: expected}


def test_the_stack_is_told_as_it_is() -> None:
    facts = facts_of(stack(ssh_user="debian"))
    assert facts["name"] == "web1"
    assert facts["status"] == "CREATE_COMPLETE"
    assert facts["tags"] == ["heatdock"]
    assert facts["outputs"] == {"ssh_user": "debian"}
    assert connection_of(facts["outputs"], USUAL) == {"ansible_user": "debian"}


def test_a_stack_without_outputs_yet_is_a_host_without_address() -> None:
    unfinished = stack()
    unfinished["outputs"] = None
    assert connection_of(facts_of(unfinished)["outputs"], USUAL) == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("image", "Debian 13 (trixie)"), "heatdock_image_Debian_13__trixie_"),
        (("tag", "größe/{{ x }}"), "heatdock_tag_größe____x___"),
        (("zone", "1-a"), "heatdock_zone_1_a"),
    ],
)
def test_groups_have_valid_names(words: tuple[str, str], expected: str) -> None:
    assert group_name(*words) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [({"swarm_role": "manager"}, ["heatdock_swarm_manager"]), ({"role": "manager"}, []), ({}, []), ("manager", [])],
)
def test_a_host_is_in_the_group_of_its_role_in_a_swarm(metadata: Any, expected: list[str]) -> None:
    facts = facts_of({**stack(), "parameters": {"metadata": json.dumps(metadata)}})
    assert [group for group in groups_of(facts) if group.startswith("heatdock_swarm")] == expected


@pytest.mark.parametrize(
    ("declared", "is_complete", "missing", "undeclared"),
    [
        ({"a", "b"}, True, ["b"], ["c"]),
        ({"a", "b"}, False, [], ["c"]),
        (set(), True, [], ["a", "c"]),
    ],
)
def test_declared_and_existing_hosts_are_compared(
    declared: set[str], is_complete: bool, missing: list[str], undeclared: list[str]
) -> None:
    assert compared(declared, ["c", "a"], is_complete=is_complete) == {MISSING: missing, UNDECLARED: undeclared}


def test_one_name_of_two_stacks_is_an_error_that_says_where_they_are() -> None:
    found = [(Place("a", all_projects=True), facts_of(stack()) | {"project": name}) for name in ("p1", "p2", "p2")]
    with pytest.raises(HeatdockError, match='project "p1" and in cloud "a", project "p2"; set full_names'):
        named(found[:2], full_names=False)
    assert list(named(found[:2], full_names=True)) == ["web1.p1.a", "web1.p2.a"]
    with pytest.raises(HeatdockError, match=r'host "web1.p2.a" is a stack in .*; rename one or read one place alone'):
        named(found, full_names=True)


def test_clouds_take_what_holds_for_all_from_the_options() -> None:
    usual = Place("usual", "R", all_projects=True)
    assert places_of([], usual) == [usual]
    assert places_of([{"cloud": "a"}, {"cloud": "b", "region_name": "R1", "all_projects": False}], usual) == [
        Place("a", None, all_projects=True),
        Place("b", "R1"),
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("a", 'an entry of clouds is "a"; write it as cloud: a'),
        ({"region_name": "R"}, "an entry of clouds names no cloud; add its key cloud"),
        ({"cloud": "a", "regio": "R"}, 'clouds has no key "regio"; closest is "region_name"'),
    ],
)
def test_mistakes_in_clouds_are_told(entry: Any, told: str) -> None:
    with pytest.raises(HeatdockError) as refused:
        places_of([entry], Place())
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("changes", "outputs", "expected"),
    [
        ({}, {}, True),
        ({"stack_status": "UPDATE_FAILED"}, {}, False),
        ({"updated_time": "2026-11-25T00:00:00Z"}, {}, False),
        ({}, {"server_id": "s1"}, False),
        ({}, {"server_id": "s1", "ssh_host_keys": KEY}, True),
    ],
)
def test_a_change_and_an_awaited_report_make_a_stack_be_read_again(
    changes: dict[str, str], outputs: dict[str, str], expected: bool
) -> None:
    known = facts_of(stack(**outputs))
    assert is_as_known(stack() | changes, known) is expected


def test_a_stack_at_work_is_always_read() -> None:
    at_work = stack() | {"stack_status": "CREATE_IN_PROGRESS"}
    assert not is_as_known(at_work, facts_of(at_work))
    assert not is_as_known(stack(), None)


def test_the_cache_of_another_version_is_not_read() -> None:
    facts = facts_of(stack())
    where = {"cloud": "a", "region": "R", "project": "p"}
    assert from_cache(as_cached([facts | where])) == from_cache(as_cached([facts])) == {"1": facts}
    assert from_cache(as_cached([facts]) | {"format": 0}) == from_cache(None) == {}


class Console(Heat):
    """Stands for the cloud, and notes which consoles are read."""

    def __init__(self, error: HeatdockError | None = None) -> None:
        self.read: list[str] = []
        self._error = error

    def console(self, server_id: str, lines: int) -> str:
        """Return a console on which a host reported."""
        assert lines > 0
        self.read.append(server_id)
        if self._error:
            raise self._error
        return f'cloud-init: heatdock: {{"ssh_host_keys": ["{KEY}"], "docker_ca_fingerprint": "ab"}}\n'


def test_a_host_without_a_report_in_heat_is_read_from_its_console() -> None:
    console, silent = Console(), stack(server_id="s1", floating_address="203.0.113.5")
    outputs = facts_of(silent, read_report(console, silent))["outputs"]
    assert outputs["ssh_host_keys"] == [KEY]
    assert outputs["docker_ca_fingerprint"] == "ab"
    assert console.read == ["s1"]


def test_a_console_is_read_only_where_it_is_needed() -> None:
    console = Console()
    unfinished = stack(server_id="s1") | {"stack_status": "CREATE_IN_PROGRESS"}
    for item in (stack(server_id="s1", ssh_host_keys=KEY), stack(), unfinished):
        assert read_report(console, item) == {}
    assert console.read == []


@pytest.mark.parametrize("kind", [NotFoundError, ForbiddenError, ConflictError, NoAnswerError, HeatdockError])
def test_a_console_that_cannot_be_read_is_no_report(kind: type[HeatdockError]) -> None:
    console = Console(kind("not today"))
    assert read_report(console, stack(server_id="s1")) == {}
    assert console.read == ["s1"]
