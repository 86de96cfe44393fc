# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet: its folder, and what its inventory says, which only Ansible can read, kept until it changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli import cache

Stamp = list[Any]


@dataclass
class Settings:
    """What the inventory says of the fleet, as Ansible understands it."""

    cloud: str = ""
    clouds_files: list[str] = field(default_factory=list)
    kept: str = ""
    """Folder of what the controller keeps: pinned SSH host keys, client keys and certificates."""
    sources: list[str] = field(default_factory=list)
    """The inventory's sources, as ansible-playbook takes them."""
    inherited: list[str] = field(default_factory=list)
    """Names of the parameters that a new host has a value of without saying so."""
    declared: list[str] = field(default_factory=list)
    """Names of the declared hosts."""


@dataclass(frozen=True)
class Fleet:
    """A folder, and its settings."""

    folder: Path
    settings: Settings

    @property
    def declaration(self) -> Path:
        """The file in which hosts are declared."""
        return self.folder / "inventory/hosts.yml"

    @property
    def ssh_config(self) -> Path:
        """The file by which ssh knows the hosts and their keys."""
        return Path(self.settings.kept) / "ssh_config"

    @property
    def own_clouds(self) -> Path:
        """The clouds.yaml that create writes for a cloud given by its options."""
        return self.folder / ".heatdock/clouds.yaml"


def the_fleet() -> Fleet:
    """Return the fleet of this call."""
    folder = Path(cache.fleet_folder())
    if not (folder / "ansible.cfg").is_file() or not (folder / "inventory/hosts.yml").is_file():
        raise HeatdockError(f"{folder} is no fleet: ansible.cfg or inventory/hosts.yml is missing; name one by --fleet")
    os.environ["ANSIBLE_CONFIG"] = str(folder / "ansible.cfg")
    _remember_cloud(folder)
    kept = cache.read(cache.SETTINGS)
    choice = _choice(folder)
    if kept.get("choice") == choice and all(_stamp(stamp[0]) == stamp for stamp in kept.get("stamps", [])):
        return Fleet(folder, Settings(**kept["settings"]))
    settings = _read_settings(folder)
    stamps = [_stamp(path) for path in _files(folder, settings.sources)]
    cache.write(cache.SETTINGS, {"choice": choice, "stamps": stamps, "settings": asdict(settings)})
    return Fleet(folder, settings)


def _read_settings(folder: Path) -> Settings:
    """Have Ansible read the inventory."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("inventory.py")), str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["Ansible does not say why"]
        raise HeatdockError(f"the inventory of {folder} cannot be read: {said[-1]}")
    return Settings(**json.loads(done.stdout))


def _remember_cloud(folder: Path) -> None:
    """Use the cloud that create was once told by its options, unless another is chosen now."""
    own = folder / ".heatdock/clouds.yaml"
    if own.is_file() and "OS_CLOUD" not in os.environ:
        os.environ |= {"OS_CLIENT_CONFIG_FILE": str(own), "OS_CLOUD": OWN_CLOUD}


OWN_CLOUD = "docker-hosts"
"""Name of the cloud that create was told by its options."""


def _choice(folder: Path) -> Stamp:
    """Return what besides files decides what the settings are."""
    return [str(folder), os.environ.get("OS_CLOUD", ""), _stamp(__file__)]


def _files(folder: Path, sources: list[str]) -> list[str]:
    """List what the settings come from: the configuration, and all that lies beside the sources."""
    folders = {Path(source) if Path(source).is_dir() else Path(source).parent for source in sources}
    return [str(folder / "ansible.cfg"), *sorted(str(path) for top in folders for path in [top, *top.rglob("*")])]


def _stamp(path: str) -> Stamp:
    """Return by what a changed file is known."""
    try:
        status = Path(path).stat()
    except OSError:
        return [path, 0, 0]
    return [path, status.st_mtime_ns, status.st_size]
