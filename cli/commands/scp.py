# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts scp."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli.contexts import LOCAL
from cli.remote import alias, needed, prepared, run

LOCALS = ("", "localhost", LOCAL)
"""What stands for this machine, before the colon."""


@click.command()
@click.argument("places", metavar="[HOST:]PATH...", nargs=-1, required=True)
@click.option("-r", "--recursive", is_flag=True, help="Folders, too.")
@click.option("-d", "--delta", is_flag=True, help="Only what differs, by rsync.")
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
def command(places: Sequence[str], recursive: bool, delta: bool, quiet: bool) -> int:
    """Copy files from and to hosts, or between two of them, through this machine.

    The last place is where they go. A path without a host is one of this machine.
    """
    if len(places) < len(("from", "to")):
        raise click.UsageError("say from where and to where, as in docker hosts scp web1:/etc/hostname .")
    hosts = list(dict.fromkeys(host for host, _path in map(_parted, places) if host))
    fleet = prepared(hosts)
    words = [f"{alias(host)}:{path}" if host else path for host, path in map(_parted, places)]
    flags = [*(["-r"] if recursive else []), *(["-q"] if quiet else [])]
    if delta:
        needed("ssh")
        return run("rsync", *flags, "--compress", "-e", f"ssh -F '{fleet.ssh_config}'", "--", *words)
    return run("scp", "-3", "-F", str(fleet.ssh_config), *flags, "--", *words)


def _parted(place: str) -> tuple[str, str]:
    """Part a place's host from its path; a colon behind a slash is one of the path's own."""
    host, colon, path = place.partition(":")
    if not colon or "/" in host:
        return "", place
    return ("", path) if host in LOCALS else (host, path)
