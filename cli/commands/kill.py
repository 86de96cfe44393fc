# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts kill."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.act import Chosen
from cli.read import some_hosts


@click.command()
@some_hosts()
def command(names: Sequence[str]) -> None:
    """Stop hosts that do not stop; the active one where none is named.

    Nova has one way to stop a server: it asks the system there to shut down, and pulls the plug a minute later. So this
    is docker hosts stop by another name, as it was with docker-machine on OpenStack.
    """
    Chosen(names).bring("stopped")
