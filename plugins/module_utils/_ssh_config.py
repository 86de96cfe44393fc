# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How ssh learns of the hosts: a file of their names, included by the user's own configuration.

PRIVATE to the collection.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ansible_collections.heatdock.hosts.plugins.module_utils._replaced_file import replace_file

PREFIX = "heatdock-"
"""What stands before a host's name, so that it is no name of the user's own."""


@dataclass(frozen=True)
class Entry:
    """One host as ssh is to know it."""

    name: str
    address: str
    port: int
    user: str = ""
    identity: str = ""
    settings: Sequence[str] = ()
    """More lines of the configuration; ssh takes of two that say different things the first, which is none of these."""

    def text(self, known_hosts: Path) -> str:
        """Return its part of the file; what is pinned for it is all that is trusted."""
        own = {
            "HostName": self.address,
            "Port": str(self.port),
            "User": self.user,
            "IdentityFile": f'"{self.identity}"' if self.identity else "",
            "UserKnownHostsFile": f'"{known_hosts}"',
            "GlobalKnownHostsFile": "none",
            "StrictHostKeyChecking": "yes",
        }
        lines = [*(f"{key} {value}" for key, value in own.items() if value), *self.settings]
        return "".join([f"Host {PREFIX}{self.name}\n", *(f"    {line}\n" for line in lines)])


def settings_of(arguments: str) -> list[str]:
    """Return what arguments of ssh say by -o and -J, as lines of its configuration."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("-o", dest="settings", action="append", default=[])
    parser.add_argument("-J", dest="settings", action="append", type="ProxyJump={}".format)
    return list(parser.parse_known_args(shlex.split(arguments))[0].settings)


@dataclass(frozen=True)
class Include:
    """The line in the user's configuration by which ssh finds that file."""

    endpoint: str
    path: Path
    home: Path = Path("~/.ssh/config")

    @property
    def line(self) -> str:
        """The line, which must come before any Host or Match."""
        return f'Include "{self.path}"'

    def works(self) -> bool:
        """Ask ssh whether the endpoint's name has its settings from the file."""
        name = urlsplit(self.endpoint).hostname or ""
        said = subprocess.run(["ssh", "-G", name], capture_output=True, text=True, check=False).stdout
        return f"\nuserknownhostsfile {self.path.parent / 'known_hosts'}\n" in said

    def sentence(self) -> str:
        """Say what is to be done."""
        name = urlsplit(self.endpoint).hostname
        return f"ssh does not know {name} yet; put this line first in {self.home}, once for all hosts: {self.line}"

    def write(self) -> None:
        """Put the line first in the user's configuration."""
        home = self.home.expanduser()
        home.parent.mkdir(mode=0o700, exist_ok=True)
        text = home.read_text(encoding="utf-8") if home.exists() else ""
        replace_file(home, f"{self.line}\n{text}".encode())
