# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Turn the variables of one observed host into what is pinned of it."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pinned_host
short_description: What is pinned of a Docker host, from its inventory variables
description:
  - Collects how SSH reaches one host of the inventory plugin P(heatdock.hosts.stacks#inventory), and the keys that it
    reported.
  - The result is one item of the O(heatdock.hosts.pinned_hosts#module:hosts) option.
options:
  _input:
    description:
      - The variables of one host, as in C(hostvars).
    type: dict
    required: true
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Show what is pinned of every Docker host
  ansible.builtin.debug:
    msg: "{{ groups['heatdock'] | map('extract', hostvars) | map('heatdock.hosts.pinned_host') }}"
"""

RETURN = r"""
_value:
  description:
    - Name, address, port, user, identity, settings, server and keys of the host. The settings are what
      C(ansible_ssh_common_args) says by C(-o) and C(-J).
  type: dict
  sample:
    name: web1
    address: 203.0.113.5
    port: 22
    user: debian
    identity: ""
    settings: [ProxyJump=user@bastion]
    server: 9d9ee293-1c86-4c0d-9ad2-5b4b0a2d3a52
    keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHlvdSB3b3VsZCBub3QgdHJ1c3QgdGhpcyBvbmUh]
"""

from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._ssh_config import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def pinned_host(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is pinned of the host whose variables these are."""
    outputs = variables.get("heat_stack", {}).get("outputs", {})
    return {
        "name": variables["inventory_hostname"],
        "address": variables["ansible_host"],
        "port": variables.get("ansible_port") or 22,
        "user": variables.get("ansible_user") or "",
        "identity": variables.get("ansible_ssh_private_key_file") or "",
        "settings": settings_of(variables.get("ansible_ssh_common_args") or ""),
        "server": outputs.get("server_id") or "",
        "keys": outputs.get("ssh_host_keys") or [],
    }


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"pinned_host": pinned_host}
