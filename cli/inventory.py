# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print what the inventory of the folder that is its argument says, read by Ansible itself; the cloud is not asked.

A program of its own, since Ansible finds collections by a loader of its own, which must come before any import of one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

GROUP = "docker_hosts"
NEW = "heatdock-new-host"
"""A host that is not there, by which is seen what a new one would be."""


class Declared(InventoryManager):
    """The inventory without what asks the cloud."""

    def parse_source(self, source: str, cache: bool = False) -> bool:
        """Read one source."""
        from ansible_collections.heatdock.hosts.plugins.module_utils._inventory import is_for_heat

        return True if is_for_heat(source) else bool(super().parse_source(source, cache=cache))

    def add_new(self, folder: Path) -> None:
        """Add the host that is not there, as if it were declared."""
        self._inventory.add_group(GROUP)
        self._inventory.add_host(NEW, group=GROUP)
        self._inventory.set_variable(NEW, "inventory_dir", str(folder / "inventory"))
        self._inventory.reconcile_inventory()


def settings_of(folder: Path) -> dict[str, Any]:
    """Return what an inventory says, by the fields of `cli.fleet.Settings`."""
    from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import VARIABLE_PREFIX

    sources = [str(source) for source in constants.DEFAULT_HOST_LIST]
    loader = DataLoader()
    loader.set_basedir(str(folder))
    inventory = Declared(loader=loader, sources=sources)
    names = [host.name for host in inventory.get_hosts(GROUP)] if GROUP in inventory.groups else []
    inventory.add_new(folder)
    values = _Values(loader, inventory)
    new = values.of(NEW)
    return {
        "cloud": values.text(new, "fleet_cloud"),
        "clouds_files": [str(path) for path in values.rendered(new, "fleet_clouds_files") or []],
        "kept": values.text(new, "fleet_dir") or str(folder / ".heatdock"),
        "sources": sources,
        "inherited": sorted(name.removeprefix(VARIABLE_PREFIX) for name in new if name.startswith(VARIABLE_PREFIX)),
        "declared": sorted(names),
    }


class _Values:
    """The variables of an inventory's hosts."""

    def __init__(self, loader: DataLoader, inventory: InventoryManager) -> None:
        self._loader = loader
        self._variables = VariableManager(loader=loader, inventory=inventory)
        self._inventory = inventory

    def of(self, name: str) -> dict[str, Any]:
        """Return a host's variables as they are written."""
        found = self._variables.get_vars(host=self._inventory.get_host(name), include_hostvars=False)
        return {"ansible_config_file": constants.CONFIG_FILE, **found}

    def rendered(self, variables: dict[str, Any], name: str) -> Any:
        """Return the value of one variable; none when there is none."""
        if name not in variables:
            return None
        return _plain(Templar(self._loader, variables=variables).template(variables[name]))

    def text(self, variables: dict[str, Any], name: str) -> str:
        """Return the value of one variable as text."""
        return str(self.rendered(variables, name) or "")


def _plain(value: Any) -> Any:
    """Return a value without Ansible's own kinds of text and lists."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value)
    return value


def main() -> int:
    """Print the settings."""
    init_plugin_loader()
    try:
        print(json.dumps(settings_of(Path(sys.argv[1]))))
    except AnsibleError as error:
        print(str(error).strip().splitlines()[0], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
