# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts regenerate-certs."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.act import Chosen
from cli.read import some_hosts


@click.command()
@some_hosts()
@click.option("-f", "--force", "-y", "--yes", is_flag=True, help="Do not ask.")
def command(names: Sequence[str], force: bool) -> None:
    """Make the server certificates of hosts and this machine's client keys anew; containers run on.

    Each host's CA stays, so that other clients go on. What a client had before is ended by docker-pki revoke there.
    """
    chosen = Chosen(names)
    if not force:
        click.confirm(f"Make the certificates of {', '.join(chosen.names)} anew, and restart dockerd?", abort=True)
    chosen.carry_out("certificates")
