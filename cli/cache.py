# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was last seen of a fleet, for what must not wait: completion, and settings that only Ansible can read.

Files of the user's own cache folder, readable by nobody else. What is missing or broken there is as good as nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import Any

from cli.contexts import LOCAL

HOSTS, SETTINGS = "hosts", "settings"
PRIVATE_FOLDER = 0o700


def fleet_folder() -> str:
    """Find the fleet: HEATDOCK_FLEET, the current folder where it is one, or the plugin's own checkout."""
    if chosen := os.environ.get("HEATDOCK_FLEET"):
        return os.path.realpath(chosen)
    here = os.path.realpath(".")
    is_one = os.path.isfile(f"{here}/ansible.cfg") and os.path.isfile(f"{here}/inventory/hosts.yml")
    return here if is_one else __file__.rpartition("/cli/")[0]


def read(kind: str) -> dict[str, Any]:
    """Return what was kept of the fleet; empty when nothing was."""
    with contextlib.suppress(OSError, ValueError), open(_path(kind), encoding="utf-8") as file:
        kept = json.load(file)
        return kept if isinstance(kept, dict) else {}
    return {}


def write(kind: str, content: dict[str, Any]) -> None:
    """Keep something of the fleet, in one step; a cache that cannot be written is no failure."""
    path = _path(kind)
    fresh = f"{path}.{os.getpid()}"
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), PRIVATE_FOLDER, exist_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(content, file)
        os.replace(fresh, path)


def names() -> list[str]:
    """Name the hosts that were last seen, and the local one."""
    declared = read(SETTINGS).get("settings", {}).get("declared", [])
    return sorted({LOCAL, *read(HOSTS), *declared})


def _path(kind: str) -> str:
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    fleet = hashlib.sha256(fleet_folder().encode()).hexdigest()[:16]
    return f"{base}/heatdock/docker-hosts/{fleet}/{kind}.json"
