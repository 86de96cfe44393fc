# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Turn the variables of one inventory host into the declaration of one Docker host."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: declaration
short_description: Declaration of Docker hosts from their inventory variables
description:
  - Collects the C(docker_host_*) variables of one inventory host, without their prefix, and its inventory name.
  - The result is one item of the O(heatdock.hosts.docker_hosts#module:hosts) option.
  - A variable with that prefix that no option of a host has is an error that names the closest option. So is a value,
    an item of a list or a key of a map that the option does not take. One error tells all mistakes of all hosts.
options:
  _input:
    description:
      - The variables of one host, as in C(hostvars), or a list of those of several.
    type: raw
    required: true
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
- name: Show what is declared of every Docker host
  ansible.builtin.debug:
    msg: "{{ groups['docker_hosts'] | map('extract', hostvars) | heatdock.hosts.declaration }}"
"""

RETURN = r"""
_value:
  description:
    - The C(name) of the host and the values declared for its options; options without a value are left out.
    - A list of these where the input is a list.
  type: raw
  sample:
    name: web1
    flavor: docker.small
    image: debian-13-docker
"""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleFilterError
from ansible_collections.heatdock.hosts.plugins.module_utils._declared import raise_all
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted, suggestion
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS, VARIABLE_PREFIX
from ansible_collections.heatdock.hosts.plugins.module_utils._option_types import value_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Variables = Mapping[str, Any]

OPTIONS = {name: option for name, option in HOST_OPTIONS.items() if name != "name"}


def declaration(variables: Variables | Iterable[Variables]) -> dict[str, Any] | list[dict[str, Any]]:
    """Return the declaration of the host whose variables these are, or of each of several."""
    if isinstance(variables, Mapping):
        return _declarations([variables])[0]
    return _declarations(list(variables))


def _declarations(hosts: list[Variables]) -> list[dict[str, Any]]:
    if any("inventory_hostname" not in variables for variables in hosts):
        raise AnsibleFilterError("declaration: the input has no inventory_hostname; give the hostvars of a host")
    given = [(str(variables["inventory_hostname"]), _given(variables)) for variables in hosts]
    problems = {variables["inventory_hostname"]: list(_unknown(variables)) for variables in hosts}
    for name, values in given:
        problems[name] += _problems(values)
    try:
        raise_all(problems)
    except HeatdockError as error:
        raise AnsibleFilterError(str(error)) from None
    return [{"name": name, **{key: _taken(key, value) for key, value in values.items()}} for name, values in given]


def _given(variables: Variables) -> dict[str, Any]:
    given = {name: variables.get(VARIABLE_PREFIX + name) for name in OPTIONS}
    return {name: value for name, value in given.items() if value is not None}


def _unknown(variables: Variables) -> Iterator[str]:
    """Say which variables are of no option."""
    known = [VARIABLE_PREFIX + name for name in OPTIONS]
    for key in variables:
        if key.startswith(VARIABLE_PREFIX) and key not in known:
            yield f"variable {quoted(key)} is no option of a Docker host; {suggestion(key, known)}"


def _problems(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield from value_problems(OPTIONS[name], value, name)


def _taken(option: str, value: Any) -> Any:
    """Return a value as the module takes it: a map of secrets as one text, which Ansible hides as one."""
    is_secret_map = OPTIONS[option]["type"] == "json" and isinstance(value, Mapping)
    return json.dumps(dict(value)) if is_secret_map else value


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"declaration": declaration}
