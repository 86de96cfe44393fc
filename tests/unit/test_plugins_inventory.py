# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stack's outputs say how its host is reached."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.heatdock.hosts.plugins.inventory.stacks import host_variables, read_report
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat

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


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ({"floating_address": "203.0.113.5", "fixed_address": "10.0.0.5"}, "203.0.113.5"),
        ({"fixed_address": "10.0.0.5"}, "10.0.0.5"),
        ({}, None),
    ],
)
def test_the_floating_address_is_preferred(outputs: dict[str, str], expected: str | None) -> None:
    assert host_variables(stack(**outputs)).get("ansible_host") == expected


def test_clients_address_comes_first() -> None:
    outputs = {"address": "2001:db8::5", "fixed_address": "10.0.0.5"}
    assert host_variables(stack(**outputs))["ansible_host"] == "2001:db8::5"


def test_another_ssh_port_is_used() -> None:
    assert host_variables(stack(ssh_port="2222"))["ansible_port"] == 2222


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
    assert host_variables(told)["heat_stack"]["parameters"] == {name: expected}


def test_the_stack_is_told_as_it_is() -> None:
    variables = host_variables(stack(ssh_user="debian"))
    assert variables["ansible_user"] == "debian"
    assert variables["heat_stack"]["name"] == "web1"
    assert variables["heat_stack"]["status"] == "CREATE_COMPLETE"
    assert variables["heat_stack"]["tags"] == ["heatdock"]
    assert variables["heat_stack"]["outputs"] == {"ssh_user": "debian"}


def test_a_stack_without_outputs_yet_is_a_host_without_address() -> None:
    unfinished = stack()
    unfinished["outputs"] = None
    assert set(host_variables(unfinished)) == {"heat_stack"}


class Console(Heat):
    """Stands for the cloud, and notes which consoles are read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def console(self, server_id: str, lines: int) -> str:
        """Return a console on which a host reported."""
        assert lines > 0
        self.read.append(server_id)
        return f'cloud-init: heatdock: {{"ssh_host_keys": ["{KEY}"], "docker_ca_fingerprint": "ab"}}\n'


def test_a_host_without_a_report_in_heat_is_read_from_its_console() -> None:
    console, silent = Console(), stack(server_id="s1", floating_address="203.0.113.5")
    outputs = host_variables(silent, read_report(console, silent))["heat_stack"]["outputs"]
    assert outputs["ssh_host_keys"] == [KEY]
    assert outputs["docker_ca_fingerprint"] == "ab"
    assert console.read == ["s1"]


def test_a_console_is_read_only_where_it_is_needed() -> None:
    console = Console()
    unfinished = stack(server_id="s1") | {"stack_status": "CREATE_IN_PROGRESS"}
    for item in (stack(server_id="s1", ssh_host_keys=KEY), stack(), unfinished):
        assert read_report(console, item) == {}
    assert console.read == []
