# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts by SSH: ssh, scp and sshfs, with the pinned keys and the settings that playbooks/pin.yml keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NoReturn

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._ssh_config import PREFIX

from cli.fleet import Fleet, the_fleet

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGES = {
    "fusermount": "fuse",
    "fusermount3": "fuse3",
    "ssh": "openssh-client",
    "scp": "openssh-client",
    "sshfs": "sshfs",
    "rsync": "rsync",
}


def alias(name: str) -> str:
    """Return by which name ssh knows a host."""
    return f"{PREFIX}{name}"


def prepared(names: Sequence[str]) -> Fleet:
    """Have ssh know some hosts: one that it does not know yet has its keys pinned from what it told the cloud."""
    fleet = the_fleet()
    known = _known(fleet)
    if missing := [name for name in names if name not in known]:
        from cli.act import Chosen

        Chosen(missing).carry_out("pin")
        known = _known(fleet)
    if still := [name for name in names if name not in known]:
        raise HeatdockError(f"host {still[0]} has no address yet, or has not told its SSH key; try docker hosts logs")
    return fleet


def become(program: str, *arguments: str) -> NoReturn:
    """Give this process to a program."""
    found = needed(program)
    os.execv(found, [program, *arguments])  # noqa: S606 - no shell is wanted


def run(program: str, *arguments: str) -> int:
    """Run a program in the foreground; return its exit status."""
    return subprocess.run([needed(program), *arguments], check=False).returncode


def needed(program: str) -> str:
    """Find a program."""
    found = shutil.which(program)
    if not found:
        raise HeatdockError(f"the command {program} is missing; install {PACKAGES[program]}")
    return found


def _known(fleet: Fleet) -> set[str]:
    """Name the hosts that ssh knows."""
    if not fleet.ssh_config.exists():
        return set()
    words = [line.split() for line in fleet.ssh_config.read_text(encoding="utf-8").splitlines()]
    return {word[1].removeprefix(PREFIX) for word in words if word[:1] == ["Host"]}
