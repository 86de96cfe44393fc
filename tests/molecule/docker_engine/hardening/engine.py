# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Containers from an image that needs no registry, and what a report says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from testinfra.host import Host

IMAGE = "tar -C / -c bin/busybox | docker import - busybox"
STRICT = {"docker_engine_hardening": "strict", "docker_engine_leave_data": True}
Score = Callable[[], dict[str, Any]]


def start(host: Host, name: str, *options: str, command: str = "sleep 1d") -> None:
    """Run a container of busybox."""
    host.check_output(f"docker run --detach --name {name} {' '.join(options)} busybox /bin/busybox {command}")


def patiently(host: Host, command: str) -> str:
    """Run a command until it succeeds, since a server takes a moment to listen."""
    return host.check_output(f"for try in $(seq 10); do {command} && exit; sleep 0.5; done; exit 1")


def remove(host: Host, *names: str) -> None:
    """Remove containers."""
    host.check_output(f"docker rm --force {' '.join(names)}")


def results(report: dict[str, Any], result: str, section: str) -> list[str]:
    """Return the ids of a section with this result."""
    found = [item["id"] for item in report["results"] if item["result"] == result]
    return [name for name in found if name.startswith(f"{section}.")]
