# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts mount."""

from __future__ import annotations

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

from cli.remote import alias, needed, prepared, run


@click.command()
@click.argument("place", metavar="HOST:[PATH]")
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(file_okay=False))
@click.option("-u", "--unmount", is_flag=True, help="Take the mount away.")
def command(place: str, folder: str | None, unmount: bool) -> int:
    """Mount a folder of a host on a folder here, by sshfs; on the folder of the same path where none is given."""
    host, colon, path = place.partition(":")
    if not colon or not host:
        raise click.UsageError(f'"{place}" names no folder of a host; write it as HOST:PATH')
    where = folder or path
    if not where:
        raise click.UsageError("say which folder here")
    if unmount:
        return run("fusermount3" if _has("fusermount3") else "fusermount", "-u", where)
    needed("sshfs")
    fleet = prepared([host])
    return run("sshfs", "-F", str(fleet.ssh_config), f"{alias(host)}:{path}", where)


def _has(program: str) -> bool:
    try:
        return bool(needed(program))
    except (HeatdockError, KeyError):
        return False
