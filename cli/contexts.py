# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docker client's contexts, asked of the client itself: which host is the active one, and how it is reached."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

LOCAL = "default"
"""The local daemon, which was one of the hosts in 2014: the client's own name for its context."""
CLIENTS_OWN = f"{LOCAL} is the docker client's own name for the local daemon"
"""Why no host in the cloud has that name."""


class Endpoint(NamedTuple):
    """How a context reaches its daemon."""

    url: str
    folder: str = ""
    """Folder of ca.pem, cert.pem and key.pem; empty without TLS."""


def docker(*arguments: str) -> str:
    """Run the docker client and return what it prints."""
    import shutil
    import subprocess

    if not shutil.which("docker"):
        raise HeatdockError("the docker client is not installed on this machine; install docker-cli or docker.io")
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise HeatdockError(f"docker {' '.join(arguments[:2])}: {_last_line(done.stderr)}")
    return done.stdout


def listed() -> dict[str, tuple[str, bool]]:
    """Return each context's endpoint, and whether it is the active one; variables of the environment count."""
    rows = [json.loads(line) for line in docker("context", "ls", "--format", "json").splitlines()]
    return {row["Name"]: (row["DockerEndpoint"], row["Current"]) for row in rows}


def active() -> str:
    """Name the active context."""
    return docker("context", "show").strip()


def use(name: str) -> None:
    """Make a context the active one."""
    docker("context", "use", name)


def endpoint(name: str) -> Endpoint | None:
    """Return how a context reaches its daemon; None when there is no such context."""
    if name not in listed():
        return None
    about = json.loads(docker("context", "inspect", name))[0]
    files = about.get("TLSMaterial", {}).get("docker")
    folder = f"{about['Storage']['TLSPath']}/docker" if files else ""
    return Endpoint(about["Endpoints"]["docker"].get("Host", ""), folder)


def needed(name: str) -> Endpoint:
    """Return how the context of a host reaches its daemon; a host without one is an error."""
    found = endpoint(name)
    if found is None:
        raise HeatdockError(f"host {name} has no docker context on this machine; make it with docker hosts use {name}")
    return found


def _last_line(text: str) -> str:
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
