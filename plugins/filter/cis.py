# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Judge a Docker host by the checks of docker-bench-security."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: cis
short_description: Judge a Docker host by the checks of docker-bench-security
description:
  - Takes what the probe of C(playbooks/cis.yml) read on a host, and the checks' data.
  - The score counts as that of docker-bench-security, one more for a scored check that passes, one less for one that
    warns, waived or not.
positional: checks
options:
  _input:
    description:
      - Output of the probe.
    type: str
    required: true
  checks:
    description:
      - The checks, as in C(playbooks/vars/cis.yml).
    type: list
    elements: dict
    required: true
  waivers:
    description:
      - Why a check may warn, by its id.
    type: dict
    default: {}
  trusted_users:
    description:
      - Users who may control dockerd; without it check 1.1.2 only says who can.
    type: list
    elements: str
  bench:
    description:
      - JSON log of docker-bench-security from the same host, to be compared with.
    type: str
    default: ""
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Score the host
  ansible.builtin.debug:
    msg: "{{ (cis_host.stdout | heatdock.hosts.cis(cis_checks, waivers=cis_waivers)).lines }}"
"""

RETURN = r"""
_value:
  description:
    - The score and the results, the ids that warn and those that warn without a waiver, and the lines of a table.
    - With O(bench) also what docker-bench-security said, and where it differs.
  type: dict
  sample:
    checks: 38
    score: 31
    warnings: ["2.12"]
    unwaived: []
"""

import json
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.module_utils._cis import compare, comparison_lines, judge, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def cis(
    said: str,
    checks: list[dict[str, Any]],
    waivers: Mapping[str, str] | None = None,
    trusted_users: list[str] | None = None,
    bench: str = "",
) -> dict[str, Any]:
    """Return the report of the host that said this."""
    try:
        report = judge(said, checks, waivers or {}, trusted_users)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error
    lines = table(report)
    if bench:
        report["bench"] = compare(report, json.loads(bench), checks)
        lines += comparison_lines(report["bench"])
    return report | {"lines": lines}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"cis": cis}
