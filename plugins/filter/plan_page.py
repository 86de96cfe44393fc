# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write a plan of the fleet as Markdown."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: plan_page
short_description: Plan of the fleet as a page for a review
description:
  - Writes the RV(heatdock.hosts.docker_hosts#module:plan) of a run in check mode as Markdown that GitLab and GitHub
    show, the line that sums it up first. What happens to each host is folded.
options:
  _input:
    description: The plan.
    type: dict
    required: true
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Show the plan that was saved
  ansible.builtin.debug:
    msg: "{{ lookup('ansible.builtin.file', 'plan.json') | from_json | heatdock.hosts.plan_page }}"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
  sample: "**Plan: 1 to create, 2 unchanged**"
"""

from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._plan_page import page_of

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"plan_page": page_of}
