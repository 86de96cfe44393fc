# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts plan."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from cli.read import some_hosts


@click.command()
@some_hosts()
@click.option("-o", "--output", type=click.Path(file_okay=False), help="Folder that keeps plan.json and plan.md.")
def command(names: Sequence[str], output: str | None) -> int:
    """Show what would change if the declared hosts were made as they are declared; all of them where none is named.

    Exits with 0 when there is nothing to do, 2 when something would change, 1 when the plan could not be made.
    """
    import subprocess
    import tempfile
    from pathlib import Path

    from cli.fleet import the_fleet

    fleet = the_fleet()
    program = Path(__file__).resolve().parents[2] / "bin/heatdock-plan"
    with tempfile.TemporaryDirectory(prefix="docker-hosts-") as folder:
        place = Path(output or folder).resolve()
        place.mkdir(parents=True, exist_ok=True)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = os.environ | {
            "PATH": path,
            "PLAN_DIR": str(place),
            "ANSIBLE_STDOUT_CALLBACK": "heatdock.hosts.steps",
        }
        limit = ["--limit", ",".join(names)] if names else []
        command = [sys.executable, str(program), *limit]
        status = subprocess.run(command, cwd=fleet.folder, env=environment, stdout=subprocess.DEVNULL, check=False)
        page = place / "plan.md"
        if page.exists():
            print(page.read_text(encoding="utf-8").rstrip())
        return status.returncode
