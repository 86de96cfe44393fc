# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The observed Docker hosts: one inventory host for each stack that carries our tag."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: stacks
short_description: Docker hosts read from their Heat stacks
description:
  - Adds a host for every Heat stack with the tag C(heatdock), in the group C(heatdock).
  - The host variable C(heat_stack) holds the stack's ID, name, status, times, tags, parameters and outputs;
    C(ansible_host), C(ansible_port) and C(ansible_user) come from the outputs.
  - A host that could not reach Heat has reported its keys on its console instead; they are read from there, by Nova's
    API, when a complete stack's outputs lack them.
  - Reads the tagged stacks by one listing, and each stack's outputs concurrently.
  - The file must be named C(heat.yml) or C(heat.yaml), or end in C(.heat.yml) or C(.heat.yaml).
requirements:
  - openstacksdk
extends_documentation_fragment:
  - ansible.builtin.constructed
options:
  plugin:
    description: Name of this plugin.
    type: str
    required: true
    choices: [heatdock.hosts.stacks]
  cloud:
    description: Name of the cloud in C(clouds.yaml); without it the C(OS_*) variables are used.
    type: str
    env:
      - name: OS_CLOUD
    ini:
      - section: heatdock
        key: cloud
  clouds_files:
    description: More C(clouds.yaml) files, searched when the cloud is not in the usual places.
    type: pathlist
    default: []
    ini:
      - section: heatdock
        key: clouds_files
  max_parallel:
    description: How many stacks are read at a time.
    type: int
    default: 10
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
---
plugin: heatdock.hosts.stacks
"""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable
from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._outputs import outputs_of, parameters_of, report_on

if TYPE_CHECKING:
    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader

FACTS = ("creation_time", "updated_time", "tags")
CONSOLE_LINES = 10_000
"""As many of its last lines as a console is read for; most clouds keep less."""


def read_report(heat: Heat, stack: dict[str, Any]) -> dict[str, Any]:
    """Return what a host reported on its console, where Heat has no report of it."""
    outputs = outputs_of(stack)
    server = outputs.get("server_id")
    if outputs.get("ssh_host_keys") or not server or not stack["stack_status"].endswith("_COMPLETE"):
        return {}
    return report_on(heat.console(server, CONSOLE_LINES))


def host_variables(stack: dict[str, Any], report: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the variables of the host that a stack holds, with what its console says of it."""
    outputs = {**outputs_of(stack), **(report or {})}
    facts = {
        "id": stack["id"],
        "name": stack["stack_name"],
        "status": stack["stack_status"],
        "status_reason": stack["stack_status_reason"],
        **{key: stack.get(key) for key in FACTS},
        "parameters": parameters_of(stack),
        "outputs": outputs,
    }
    address = outputs.get("address") or outputs.get("floating_address") or outputs.get("fixed_address")
    port = outputs.get("ssh_port")
    connection = {
        "ansible_host": address,
        "ansible_port": int(port) if port else None,
        "ansible_user": outputs.get("ssh_user"),
    }
    return {"heat_stack": facts, **{key: value for key, value in connection.items() if value}}


class InventoryModule(BaseInventoryPlugin, Constructable):
    """The inventory plugin."""

    NAME = "heatdock.hosts.stacks"

    def verify_file(self, path: str) -> bool:
        """Accept files named for Heat."""
        name = path.rsplit("/", 1)[-1]
        named = name in ("heat.yml", "heat.yaml") or name.endswith((".heat.yml", ".heat.yaml"))
        return super().verify_file(path) and named

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Read the stacks and add their hosts."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            hosts = self._hosts()
        except HeatdockError as error:
            raise AnsibleParserError(str(error)) from error
        self.inventory.add_group(TAG)
        for variables in hosts:
            self._add(variables)

    def _hosts(self) -> list[dict[str, Any]]:
        """Return the variables of every tagged stack's host; a stack that goes away meanwhile is left out."""
        heat = Heat(Client(CloudOptions(self.get_option("cloud"), self.get_option("clouds_files"))))

        def host(row: dict[str, Any]) -> dict[str, Any] | None:
            stack = heat.stack(row)
            return host_variables(stack, read_report(heat, stack)) if stack else None

        with ThreadPoolExecutor(max(1, self.get_option("max_parallel"))) as pool:
            return [variables for variables in pool.map(host, heat.tagged(TAG)) if variables]

    def _add(self, variables: dict[str, Any]) -> None:
        name = variables["heat_stack"]["name"]
        self.inventory.add_host(name, group=TAG)
        for key, value in variables.items():
            self.inventory.set_variable(name, key, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
