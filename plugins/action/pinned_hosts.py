# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What heatdock.hosts.pinned_hosts does, in the controller's own process; the module documents it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.heatdock.hosts.plugins.module_utils._known_hosts import Host, pins
from ansible_collections.heatdock.hosts.plugins.module_utils._replaced_file import replace_file
from ansible_collections.heatdock.hosts.plugins.module_utils._ssh_config import Entry

HOST_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
    "port": {"type": "int", "default": 22},
    "user": {"type": "str", "default": ""},
    "identity": {"type": "path", "default": ""},
    "settings": {"type": "list", "elements": "str", "default": []},
    "server": {"type": "str", "default": ""},
    "keys": {"type": "list", "elements": "str", "default": []},
}
OPTIONS: dict[str, dict[str, Any]] = {
    "folder": {"type": "path", "required": True},
    "hosts": {"type": "list", "elements": "dict", "default": [], "options": HOST_OPTIONS},
}
PRIVATE_FOLDER = 0o700


class ActionModule(ActionBase):
    """The action."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write both files where they differ."""
        super().run(tmp, task_vars)
        _judged, options = self.validate_argument_spec(OPTIONS)
        folder = Path(options["folder"])
        known_hosts, ssh_config = folder / "known_hosts", folder / "ssh_config"
        before = {path: path.read_text(encoding="utf-8") if path.exists() else "" for path in (known_hosts, ssh_config)}
        hosts = [
            Host(item["name"], item["address"], item["port"], item["server"], tuple(item["keys"]))
            for item in options["hosts"]
        ]
        wanted = pins(before[known_hosts], hosts, str(known_hosts))
        after = {known_hosts: wanted.text, ssh_config: self._ssh_config(options["hosts"], known_hosts)}
        stale = [path for path, text in after.items() if text != before[path]]
        if not self._task.check_mode:
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            for path in stale:
                replace_file(path, after[path].encode())
        diff = [
            {"before_header": str(path), "after_header": str(path), "before": before[path], "after": after[path]}
            for path in stale
        ]
        return {"changed": bool(stale), "refused": wanted.refused, "diff": diff}

    @staticmethod
    def _ssh_config(hosts: list[dict[str, Any]], known_hosts: Path) -> str:
        entries = [
            Entry(item["name"], item["address"], item["port"], item["user"], item["identity"], item["settings"])
            for item in sorted(hosts, key=lambda item: item["name"])
        ]
        head = "# Written by Heatdock: ssh -F this-file heatdock-NAME\n"
        return head + "".join(entry.text(known_hosts) for entry in entries)
