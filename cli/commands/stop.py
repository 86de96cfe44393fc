# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts stop."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.act import Chosen
from cli.read import some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Stop hosts; the active one where none is named. Their addresses, disks and volumes stay."""
    chosen = Chosen(names)
    chosen.bring("stopped")
