# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's inventory variables become its declaration; a misspelt one is named."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.filter.declaration import declaration


def test_prefixed_variables_are_collected_and_others_left() -> None:
    variables: dict[str, object] = {
        "inventory_hostname": "web1",
        "docker_host_image": "debian-13",
        "docker_host_flavor": None,
        "docker_hosts": [],
        "other": 1,
    }
    assert declaration(variables) == {"name": "web1", "image": "debian-13"}


def test_a_misspelt_variable_names_the_closest() -> None:
    expected = 'host web1: variable "docker_host_flavour" is no option .*closest is "docker_host_flavor"'
    with pytest.raises(AnsibleFilterError, match=expected):
        declaration({"inventory_hostname": "web1", "docker_host_flavour": "x"})


def test_a_host_s_name_cannot_be_declared_twice() -> None:
    with pytest.raises(AnsibleFilterError, match='variable "docker_host_name" is no option'):
        declaration({"inventory_hostname": "web1", "docker_host_name": "x"})


def test_the_input_must_be_hostvars() -> None:
    with pytest.raises(AnsibleFilterError, match="has no inventory_hostname"):
        declaration({})


def test_several_hosts_give_a_list() -> None:
    hosts: list[dict[str, Any]] = [
        {"inventory_hostname": "web1", "docker_host_ssh_port": "22"},
        {"inventory_hostname": "web2", "docker_host_engine_environment": {"A": "b"}},
    ]
    expected = [{"name": "web1", "ssh_port": "22"}, {"name": "web2", "engine_environment": '{"A": "b"}'}]
    assert declaration(iter(hosts)) == expected


WRONG: dict[str, tuple[Any, list[str]]] = {
    "ssh_port": ("abc", ['ssh_port "abc" is not a whole number; write one']),
    "config_drive": ("maybe", ['config_drive "maybe" is not true or false; write one of the two']),
    "metadata": (["a"], ["metadata is not a map; write it as in {key: value}"]),
    "nameservers": ({"a": "b"}, ["nameservers is not a list; write it as in [value]"]),
    "fixed_addresses": (["10.0.0.5", ["10.1.0.5"]], ["fixed_addresses[1] is not a text; write one"]),
    "flavor": (["small"], ["flavor is not a text; write one"]),
    "http_proxy": (["s3cret"], ["http_proxy (hidden) is not a text; write one"]),
    "engine_environment": (["s3cret"], ["engine_environment (hidden) is not a map; write it as in {key: value}"]),
    "address_pools": (
        [{"bse": "10.0.0.0/16", "size": 24}, {"base": "10.0.0.0/8", "size": "big"}, "x"],
        [
            'address_pools[0] has the unknown key "bse"; closest is "base"',
            "address_pools[0].base is missing; give a value",
            'address_pools[1].size "big" is not a whole number; write one',
            'address_pools[2] "x" is not a map; write it as in {key: value}',
        ],
    ),
}


@pytest.mark.parametrize("option", WRONG)
def test_a_value_of_another_type_is_refused(option: str) -> None:
    value, problems = WRONG[option]
    with pytest.raises(AnsibleFilterError) as caught:
        declaration({"inventory_hostname": "web2", f"docker_host_{option}": value})
    assert str(caught.value) == "; ".join(f"host web2: {problem}" for problem in problems)


def test_what_ansible_converts_is_taken() -> None:
    values: dict[str, Any] = {
        "docker_host_ssh_port": "2222",
        "docker_host_config_drive": "yes",
        "docker_host_nameservers": "192.0.2.1,192.0.2.2",
        "docker_host_metadata": "team=web",
        "docker_host_engine_version": 27,
        "docker_host_engine_environment": '{"A": "b"}',
        "docker_host_address_pools": [{"base": "10.0.0.0/16", "size": "24"}],
    }
    named = {key.removeprefix("docker_host_"): value for key, value in values.items()}
    assert declaration({"inventory_hostname": "web1", **values}) == {"name": "web1", **named}


def test_one_error_tells_the_mistakes_of_all_hosts() -> None:
    hosts = [{"inventory_hostname": name, "docker_host_ssh_port": name, "docker_host_user": 1} for name in ("a1", "b1")]
    with pytest.raises(AnsibleFilterError) as caught:
        declaration(hosts)
    said = str(caught.value)
    for name in ("a1", "b1"):
        assert f'host {name}: variable "docker_host_user" is no option of a Docker host; ' in said
        assert f'host {name}: ssh_port "{name}" is not a whole number; write one' in said
