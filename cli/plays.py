# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the project's playbooks for some hosts, and shows how they go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cli.fleet import Fleet

    Undeclared = Mapping[str, Mapping[str, Any]]

PLAYBOOKS = Path(__file__).resolve().parents[1] / "playbooks"
LOOKS = {
    "ANSIBLE_STDOUT_CALLBACK": "heatdock.hosts.steps",
    "ANSIBLE_CALLBACKS_ENABLED": "heatdock.hosts.progress",
    "HEATDOCK_PROGRESS_EVENTS": "1",
    "ANSIBLE_LOCALHOST_WARNING": "0",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
}
"""How it looks: our steps and Heat's events, in place of Ansible's own lines."""


def play(
    fleet: Fleet,
    playbooks: Sequence[str],
    hosts: Sequence[str],
    *,
    variables: Mapping[str, Any] | None = None,
    undeclared: Undeclared | None = None,
) -> bool:
    """Run playbooks for some hosts, with the variables of those that no file declares; tell whether all went well."""
    with _sources(fleet, undeclared or {}) as sources:
        command = [str(Path(sys.executable).with_name("ansible-playbook"))]
        command += [str(PLAYBOOKS / f"{name}.yml") for name in playbooks]
        command += [word for source in sources for word in ("--inventory", source)]
        command += ["--limit", ",".join(hosts), "--extra-vars", json.dumps(dict(variables or {}))]
        # In the same process group, so that Ctrl-C reaches it, too; it ends on its own and says so.
        running = subprocess.Popen(command, cwd=fleet.folder, env=os.environ | LOOKS, stdin=subprocess.DEVNULL)
        return _ended(running) == 0


def carry_out(fleet: Fleet, playbooks: Sequence[str], hosts: Sequence[str], **more: Any) -> None:
    """Run playbooks for some hosts; a failure, which they have told themselves, ends the command."""
    if not play(fleet, playbooks, hosts, **more):
        raise click.exceptions.Exit(1)


def _ended(running: subprocess.Popen[bytes]) -> int:
    """Wait for a playbook; one that is interrupted is waited for, too."""
    try:
        return running.wait()
    except KeyboardInterrupt:
        running.wait()
        raise


@contextmanager
def _sources(fleet: Fleet, undeclared: Undeclared) -> Iterator[list[str]]:
    """Return the inventory's sources, with one more for the hosts that no file declares."""
    if not undeclared:
        yield fleet.settings.sources
        return
    place = {"inventory_dir": str(fleet.folder / "inventory")}  # what its group's variables start from
    hosts = {name: {**place, **variables} for name, variables in undeclared.items()}
    with tempfile.TemporaryDirectory(prefix="docker-hosts-") as folder:
        source = Path(folder) / "hosts.yml"
        source.write_text(json.dumps({"docker_hosts": {"hosts": hosts}}), encoding="utf-8")
        yield [*fleet.settings.sources, str(source)]
