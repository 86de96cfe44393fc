# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts provision."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.act import Chosen
from cli.read import some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Bring hosts to what is declared: stack, engine and docker context; the active one where none is named.

    Of a host that is only tagged in the cloud, what its stack was made from counts.
    """
    Chosen(names).carry_out("provision", "configure", "connect")
