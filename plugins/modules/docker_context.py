# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Manage a context of the docker client, and the client's certificate with it."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: docker_context
short_description: Manage a context of the docker client, and its certificate
version_added: 0.1.0
description:
  - Creates, updates and removes a context of the C(docker) client on the controller.
  - For a context over TLS it keeps a key, a certificate and the host's CA in a folder. What is missing, of another CA,
    refused by dockerd or near its end is made anew. The key never leaves the controller; the signing request goes to
    C(docker-pki sign) on the host, over the task's own connection, with C(become) where the task says so.
  - Runs in the controller's own process, and opens no connection to a host where all is as it should be.
author:
  - Heatdock contributors (@heatdock)
requirements:
  - docker (the client)
  - cryptography
attributes:
  check_mode:
    description: Can run in check mode and tell what would change.
    support: full
  diff_mode:
    description: Shows TLS files by their SHA-256.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
options:
  name:
    description: Name of the context.
    type: str
    required: true
  endpoint:
    description: Address of dockerd, for example V(tcp://203.0.113.5:2376) or V(ssh://heatdock-web1); required when
      O(state=present).
    type: str
  description:
    description: Description of the context.
    type: str
    default: ""
  folder:
    description: Folder of C(key.pem), C(cert.pem) and C(ca.pem); required for a context over TLS. It serves as
      C(DOCKER_CERT_PATH), too.
    type: path
  ca_fingerprint:
    description: SHA-256 of the certificate (DER) of the host's CA, as the host told it to Heat; nothing else is trusted
      then. Without it the host is asked, over the task's own connection.
    type: str
    default: ""
  client:
    description: Name in the client's certificate, by which the host lists and revokes it; the user and the name of the
      controller by default.
    type: str
  renew:
    description: Whether to have the host sign; V(false) where the files in O(folder) are an operator's own.
    type: bool
    default: true
  verify:
    description: Whether to hold that dockerd answers, is the host's and takes the client, by a handshake; over SSH,
      whether ssh knows the name.
    type: bool
    default: true
  ssh_config:
    description: The file that M(heatdock.hosts.pinned_hosts) wrote, for a context over SSH.
    type: path
  ssh_include:
    description: Whether to put the line that includes O(ssh_config) first in C(~/.ssh/config); otherwise the module
      says which line to put there.
    type: bool
    default: false
  current:
    description: Whether to make the context the current one; V(false) leaves the current one alone.
    type: bool
    default: false
  state:
    description: Whether the context exists; V(absent) removes the files in O(folder), too.
    type: str
    choices: [present, absent]
    default: present
"""

EXAMPLES = r"""
- name: Point the docker client at web1
  heatdock.hosts.docker_context:
    name: web1
    endpoint: tcp://203.0.113.5:2376
    folder: ~/.heatdock/contexts/web1
  become: true

- name: Point it there by SSH
  heatdock.hosts.docker_context:
    name: web1
    endpoint: ssh://heatdock-web1
    ssh_config: ~/.heatdock/ssh_config

- name: Forget web1
  heatdock.hosts.docker_context:
    name: web1
    folder: ~/.heatdock/contexts/web1
    state: absent
"""

RETURN = r"""
parts:
  description: What was changed, of key, certificate, ca, include, context, current and files.
  returned: success
  type: list
  elements: str
  sample: [certificate, context]
ansible_facts:
  description: The days for which the client's certificate is still good.
  returned: for a context over TLS
  type: dict
  contains:
    docker_context_certificate_days:
      description: Whole days until the client's certificate ends.
      returned: for a context over TLS
      type: int
      sample: 364
"""
