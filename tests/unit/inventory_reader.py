# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that reads inventories as Ansible's programs do, one for each line that it is told.

Each of those programs takes a second and more to start, which is spent here once. A line is JSON: the folder of the
inventory, and whether a cache may be used. So is the answer: groups and variables, or the error.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader


def answer(folder: str, *, cache: bool) -> dict[str, object]:
    """Read one inventory."""
    os.chdir(folder)
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            manager = InventoryManager(loader=DataLoader(), sources=[str(Path(folder, "inventory"))], cache=cache)
    except AnsibleError as error:
        return {"error": f"{told.getvalue()}\n{error}"}
    groups = {name: sorted(host.name for host in group.hosts) for name, group in manager.groups.items()}
    return {"groups": groups, "hosts": {name: host.vars for name, host in manager.hosts.items()}}


if __name__ == "__main__":
    init_plugin_loader()
    for line in sys.stdin:
        print(json.dumps(answer(**json.loads(line))), flush=True)
