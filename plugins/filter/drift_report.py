# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write what a check of the fleet found."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drift_report
short_description: Report of what is no longer as the repository has it
description:
  - Writes the RV(heatdock.hosts.docker_hosts#module:hosts) of O(heatdock.hosts.docker_hosts#module:state=checked).
options:
  _input:
    description: The hosts.
    type: dict
    required: true
  format:
    description:
      - V(json) is described by C(docs/drift.schema.json), V(markdown) is for people.
      - V(junit) is for CI systems, a test for each host.
    type: str
    choices: [json, markdown, junit]
    default: json
  insides:
    description:
      - What a look at the hosts themselves has found, by their names, as C(playbooks/drift.yml) has it.
      - Each has V(drift), a list like that of O(_input), or V(error), why it could not be looked at.
      - The error is a note where SSH did not reach the host and some V(cuts_off) of its drift tells why.
    type: dict
    default: {}
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Look at the real resources of web1
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    state: checked
    hosts:
      - name: web1
  register: fleet_check

- name: Show what was found
  ansible.builtin.debug:
    msg: "{{ fleet_check.hosts | heatdock.hosts.drift_report('markdown') }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
  sample: "**Drift: 0 of 3 hosts are not as the repository has them**"
"""

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.module_utils._drift_report import FORMATS, report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def drift_report(
    hosts: Mapping[str, Any],
    format: str = "json",  # noqa: A002 - the name users write
    insides: Mapping[str, Any] | None = None,
) -> str:
    """Return the report in one of its formats."""
    if format not in FORMATS:
        raise AnsibleFilterError(f'drift_report: format "{format}" is none of {", ".join(FORMATS)}')
    return FORMATS[format](report_of(hosts, insides))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"drift_report": drift_report}
