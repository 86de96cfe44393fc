# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Say why SSH did not reach a host."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unreachable
short_description: Why SSH did not reach a host
description:
  - Puts what C(ssh) says of a host that Ansible could not reach into one clause, above all where its host key is
    another one.
options:
  _input:
    description: The registered result of the task that did not reach the host.
    type: dict
    required: true
  address:
    description: Address of the host.
    type: str
    required: true
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Say why the host was not reached
  ansible.builtin.debug:
    msg: "{{ result | heatdock.hosts.unreachable(ansible_host) }}"
"""

RETURN = r"""
_value:
  description: One clause.
  type: str
  sample: "203.0.113.5 cannot be reached by SSH: Connection timed out"
"""

from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._known_hosts import unreachable

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"unreachable": unreachable}
