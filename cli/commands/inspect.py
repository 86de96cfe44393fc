# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts inspect."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from cli import output
from cli.read import all_named, some_hosts, the_cloud

_FORMAT = "A template, such as '{{.Outputs.server_id}}', or '{{json .Parameters}}'."


@click.command()
@some_hosts()
@click.option("-f", "--format", "template", metavar="FORMAT", help=_FORMAT)
def command(names: Sequence[str], template: str | None) -> None:
    """Show all that is known of hosts; of the active one where none is named.

    Hidden parameters are masked.
    """
    chosen = all_named(names)
    cloud = the_cloud()
    found = [cloud.inspected(name) for name in chosen]
    if template:
        output.show(found, template)
    else:
        print(json.dumps(found, indent=4))
