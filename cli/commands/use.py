# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts use."""

from __future__ import annotations

import click

from cli import contexts
from cli.act import Chosen
from cli.contexts import LOCAL
from cli.read import one_host


@click.command()
@one_host(required=True)
@click.option("--renew", is_flag=True, help="Look whether the context is as it should be, and mend it.")
def command(name: str, renew: bool) -> None:
    """Make a host the active one: plain docker commands are then run there.

    On a machine that has no docker context of the host yet, a client's key and a context are made. The local daemon is
    called default.
    """
    if renew or contexts.endpoint(name) is None:
        Chosen([name]).carry_out("pin", "connect", docker_context_current=True)
    else:
        contexts.use(name)
    print(name if name != LOCAL else f"{LOCAL}, the local daemon")
