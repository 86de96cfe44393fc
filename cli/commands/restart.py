# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts restart."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.act import Chosen
from cli.read import some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Restart hosts, and wait until dockerd answers; the active one where none is named."""
    chosen = Chosen(names)
    chosen.bring("restarted")
    chosen.await_docker()
