# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Heat makes of the templates, and a host of what it is given: its files, by the very script of first boot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.environments import environment

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TEMPLATES = ROOT / "heat-templates"
HOST: dict[str, Any] = {
    "image": "debian-13",
    "flavor": "docker.small",
    "key_name": "mine",
    "network": "private",
    "management_cidrs": ["192.0.2.0/24"],
    "floating_network": "public",
}
"""A host as most are."""
REPORT = {"ssh_host_keys": ["ssh-ed25519 AAAA", "ssh-rsa BBBB"], "docker_ca_fingerprint": "00ff", "engine_version": "1"}
ATTRIBUTES: dict[str, Any] = {
    "port": {"fixed_ips": [{"ip_address": "2001:db8::5"}, {"ip_address": "10.0.0.5"}]},
    **{f"extra_port_{number}": {"fixed_ips": [{"ip_address": f"10.{number + 1}.0.5"}]} for number in range(3)},
    "floating_ip": {"floating_ip_address": "203.0.113.5"},
    "ready_handle": {"endpoint": "http://heat.example/signal", "token": "made-up"},
    "ready": {"data": json.dumps({"host": REPORT})},
}
"""What the cloud tells of a host's resources."""
FAKES = ("systemctl", "systemd-run", "apt-get", "dockerd")


@dataclass
class Stack:
    """A template with its parameters, as Heat resolves it."""

    resources: dict[str, dict[str, Any]]
    deletion_policies: dict[str, str | None]
    outputs: dict[str, Any]

    @property
    def server(self) -> dict[str, Any]:
        """Return the server's properties."""
        return self.resources["server"]

    @property
    def user_data(self) -> str:
        """Return what the server is given."""
        return str(self.server["user_data"])

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the parts of the user data, the host's own first."""
        return list(yaml.safe_load(self.user_data))

    @property
    def config(self) -> dict[str, Any]:
        """Return the host's own cloud-config."""
        return dict(yaml.safe_load(self.parts[0]["content"]))

    @property
    def settings(self) -> dict[str, Any]:
        """Return what the script of the early boot is given."""
        return dict(json.loads(self.config["bootcmd"][0][-1]))


def resolved(
    cases: dict[str, tuple[str, dict[str, Any]]], stack_name: str = "web1", attributes: dict[str, Any] = ATTRIBUTES
) -> dict[str, Stack]:
    """Resolve templates, each with its parameters, by Heat's own code."""
    python = environment("horizon-forms", ROOT / "tests/horizon/requirements.txt", "--no-deps") / "bin/python"
    wanted = {
        name: {"path": str(TEMPLATES / template), "name": stack_name, "parameters": given, "attributes": attributes}
        for name, (template, given) in cases.items()
    }
    done = subprocess.run(
        [str(python), "-W", "ignore", str(HERE / "resolve.py")],
        input=json.dumps(wanted),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {name: Stack(**answer) for name, answer in json.loads(done.stdout).items()}


def booted(stack: Stack, root: Path, *, engine: bool = False) -> list[str]:
    """Run the early boot's script with its files below a folder; return the programs that it starts."""
    bin_folder = root / "fakes"
    bin_folder.mkdir(parents=True)
    for name in FAKES if engine else FAKES[:-1]:
        fake = bin_folder / name
        fake.write_text(f'#!/bin/sh\necho "{name} $*" >>{root}/started\n')
        fake.chmod(0o755)
    *_prefix, script, settings = stack.config["bootcmd"][0]
    place = [text.replace('"/etc/', f'"{root}/etc/').replace('"/run/', f'"{root}/run/') for text in (script, settings)]
    subprocess.run([sys.executable, "-c", *place], env={**os.environ, "PATH": str(bin_folder)}, check=True)
    return (root / "started").read_text().splitlines()
