# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts version."""

from __future__ import annotations

import click

from cli import contexts
from cli.read import named, one_host, running, the_cloud


@click.command()
@one_host()
def command(name: str | None) -> None:
    """Show the plugin's version, or that of the engine on a host."""
    if name is None:
        print(f"docker hosts {_own()}")
    else:
        chosen = named(name)
        running(the_cloud().host(chosen))
        contexts.needed(chosen)
        print(contexts.docker("--context", chosen, "version", "--format", "{{.Server.Version}}").strip())


def _own() -> str:
    """Return the plugin's version, as the docker client is told it."""
    import json
    from pathlib import Path

    metadata = Path(__file__).parents[1] / "metadata.json"
    return str(json.loads(metadata.read_text(encoding="utf-8"))["Version"])
