# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Turn the variables of one inventory host into the declaration of one Docker host."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: declaration
short_description: Declaration of a Docker host from its inventory variables
description:
  - Collects the C(docker_host_*) variables of one inventory host, without their prefix, and its inventory name.
  - The result is one item of the O(heatdock.hosts.docker_hosts#module:hosts) option.
  - A variable with that prefix that no option of a host has is an error that names the closest option.
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
- name: Show what is declared of every Docker host
  ansible.builtin.debug:
    msg: "{{ groups['docker_hosts'] | map('extract', hostvars) | map('heatdock.hosts.declaration') }}"
"""

RETURN = r"""
_value:
  description:
    - The C(name) of the host and the values declared for its options; options without a value are left out.
  type: dict
  sample:
    name: web1
    flavor: docker.small
    image: debian-13-docker
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import suggestion
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS, VARIABLE_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable


def declaration(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the declaration of the host whose variables these are."""
    if "inventory_hostname" not in variables:
        raise AnsibleFilterError("declaration: the input has no inventory_hostname; give the hostvars of one host")
    name = variables["inventory_hostname"]
    given = {key.removeprefix(VARIABLE_PREFIX): key for key in variables if key.startswith(VARIABLE_PREFIX)}
    options = [option for option in HOST_OPTIONS if option != "name"]
    problems = [
        f'host {name}: variable "{key}" is no option of a Docker host; '
        f"{suggestion(key, [VARIABLE_PREFIX + known for known in options])}"
        for option, key in given.items()
        if option not in options
    ]
    if problems:
        raise AnsibleFilterError("; ".join(problems))
    values = {option: _given(option, variables[key]) for option, key in given.items()}
    return {"name": name, **{option: value for option, value in values.items() if value is not None}}


def _given(option: str, value: Any) -> Any:
    """Return a value as the module takes it: a map of secrets as one text, which Ansible hides as one."""
    is_secret_map = HOST_OPTIONS[option]["type"] == "json" and isinstance(value, Mapping)
    return json.dumps(dict(value)) if is_secret_map else value


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"declaration": declaration}
