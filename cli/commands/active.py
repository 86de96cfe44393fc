# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts active."""

from __future__ import annotations

import click

from cli import contexts


@click.command()
def command() -> None:
    """Show which host is the active one.

    This is the docker client's current context; the local daemon is called default.
    """
    print(contexts.active())
