# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts upgrade."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.act import Chosen
from cli.read import some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Bring the newest engine to hosts, or the newest of the declared version; containers run on.

    A host that is stopped is started for it, and runs on.
    """
    chosen = Chosen(names)
    if not all(host.is_running for host in chosen.hosts):
        chosen.bring("started")
        chosen.await_docker()
    chosen.carry_out("configure", "connect", docker_engine_packages_state="latest")
