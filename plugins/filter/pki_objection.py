# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Say why an operator's own certificates would not do for a host."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: pki_objection
short_description: Why an operator's own certificates would not do for a host
description:
  - Holds that the key is the server certificate's, and that this leads to the CA, is a server's, has not ended and
    names what clients use.
options:
  _input:
    description:
      - The PEM of C(ca), C(server), C(server-key) and, where clients have a CA of their own, C(trusted).
    type: dict
    required: true
  names:
    description: Names by which clients reach the host.
    type: list
    elements: str
    required: true
  addresses:
    description: Addresses by which clients reach the host.
    type: list
    elements: str
    required: true
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Show what is wrong with the certificates
  ansible.builtin.debug:
    msg: "{{ {'ca': ca, 'server': server, 'server-key': key} | heatdock.hosts.pki_objection(names, addresses) }}"
  vars:
    names: [web1]
    addresses: [203.0.113.5]
"""

RETURN = r"""
_value:
  description:
    - One clause that names the role's variable, the reason and the remedy; empty where nothing is wrong.
  type: str
  sample: docker_engine_pki_key is not the key of docker_engine_pki_certificate; give the one it was made with
"""

from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._provided_pki import objection

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"pki_objection": objection}
