# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pin the SSH host keys of a fleet."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: pinned_hosts
short_description: Pin the SSH host keys of a fleet
version_added: 0.1.0
description:
  - Writes C(known_hosts) from what the hosts reported to Heat, and C(ssh_config), by which C(ssh) and the docker client
    reach each host as C(heatdock-)name and trust what is pinned alone.
  - A host that now reports other keys than those pinned, while its server is the same, keeps the pinned ones and is
    among the refused. A new server brings new keys. A host that reports none keeps those of its server.
  - Runs in the controller's own process; put C(run_once) on the task.
author:
  - Heatdock contributors (@heatdock)
attributes:
  check_mode:
    description: Can run in check mode and tell what would change.
    support: full
  diff_mode:
    description: Shows both files.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
options:
  folder:
    description: Folder of both files on the controller.
    type: path
    required: true
  hosts:
    description: All hosts of the fleet; others leave the files.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the host.
        type: str
        required: true
      address:
        description: Address at which SSH answers.
        type: str
        required: true
      port:
        description: Port at which SSH answers.
        type: int
        default: 22
      user:
        description: User to log in as; empty means the one of the client's own configuration.
        type: str
        default: ""
      identity:
        description: Path of the private key to log in with; empty means the client's own choice.
        type: path
        default: ""
      settings:
        description: More settings of the host, each a line of ssh's configuration, as V(ProxyJump=user@bastion).
        type: list
        elements: str
        default: []
      server:
        description: ID of the host's server, so that another one's keys are known to be another's.
        type: str
        default: ""
      keys:
        description: The keys that the host reported, each as its type and the key.
        type: list
        elements: str
        default: []
"""

EXAMPLES = r"""
- name: Pin the host's keys
  heatdock.hosts.pinned_hosts:
    folder: ~/.heatdock
    hosts:
      - name: web1
        address: 203.0.113.5
        server: 9d9ee293-1c86-4c0d-9ad2-5b4b0a2d3a52
        keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHlvdSB3b3VsZCBub3QgdHJ1c3QgdGhpcyBvbmUh]
  run_once: true
"""

RETURN = r"""
refused:
  description: Why the new keys of a host are not trusted, by its name.
  returned: success
  type: dict
  sample:
    web1: neither Heat nor its console says what its SSH host key is, so it cannot be trusted
"""
