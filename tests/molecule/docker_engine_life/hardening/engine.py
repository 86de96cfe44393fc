# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers from an image that needs no registry, and what a report says."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from testinfra.backend.base import CommandResult
    from testinfra.host import Host

IMAGE = "tar -C / -c bin/busybox | docker import - busybox"
STRICT = {"docker_engine_hardening": "strict", "docker_engine_leave_data": True}
Score = Callable[[], dict[str, Any]]


def start(host: Host, name: str, *options: str, command: str = "sleep 1d") -> None:
    """Run a container of busybox."""
    host.check_output(f"docker run --detach --name {name} {' '.join(options)} busybox /bin/busybox {command}")


def fetch(host: Host, address: str, inside: str = "") -> CommandResult:
    """Ask a web server, from a container's network if one is named; the wget of Debian 12's static busybox crashes."""
    said = f'exec 3<>/dev/tcp/{address}/80 && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3'
    enter = f"nsenter --net --target $(docker inspect --format '{{{{.State.Pid}}}}' {inside}) " if inside else ""
    return host.run(f"{enter}timeout 5 bash -c '{said}'")


def served(host: Host, address: str, inside: str = "") -> bool:
    """Say whether a web server answers, which takes a moment after its start."""
    for _ in range(10):
        if "200 OK" in fetch(host, address, inside).stdout:
            return True
        time.sleep(0.5)
    return False


def address_of(host: Host, name: str) -> str:
    """Return the address of a container in its network."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return host.check_output(f"docker inspect --format '{form}' {name}")


def remove(host: Host, *names: str) -> None:
    """Remove containers."""
    host.check_output(f"docker rm --force {' '.join(names)}")


def results(report: dict[str, Any], result: str, section: str) -> list[str]:
    """Return the ids of a section with this result."""
    found = [item["id"] for item in report["results"] if item["result"] == result]
    return [name for name in found if name.startswith(f"{section}.")]
