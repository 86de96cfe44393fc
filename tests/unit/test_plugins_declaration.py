# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host's inventory variables become its declaration; a misspelt one is named."""

from __future__ import annotations

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
