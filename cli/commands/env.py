# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts env."""

from __future__ import annotations

import os

import click

from cli import contexts
from cli.read import named, one_host, running, the_cloud
from cli.shells import SHELLS, guessed, lines


@click.command()
@one_host()
@click.option("--shell", type=click.Choice(sorted(SHELLS)), help="Whose words; the shell's own by default.")
@click.option("-u", "--unset", is_flag=True, help="Take the variables back.")
@click.option("--no-proxy", is_flag=True, help="Put the host's address into NO_PROXY, too.")
def command(name: str | None, shell: str | None, unset: bool, no_proxy: bool) -> None:
    """Print the environment that points tools without contexts at a host; at the active one where none is named."""
    words = shell or guessed(os.environ)
    variables: dict[str, str | None] = dict.fromkeys(VARIABLES)
    if not unset:
        variables = dict(_variables(named(name)))
    if no_proxy:
        variables |= _no_proxy(named(name), add=not unset)
    for line in lines(words, variables, _again(name, unset=unset)):
        print(line)


VARIABLES = ("DOCKER_TLS_VERIFY", "DOCKER_HOST", "DOCKER_CERT_PATH", "DOCKER_HOSTS_NAME")


def _variables(name: str) -> dict[str, str]:
    """Return what points at a host; its certificates are those of its context."""
    url = running(the_cloud().host(name)).URL
    endpoint = contexts.needed(name)
    if not endpoint.folder:
        return {"DOCKER_HOST": endpoint.url, "DOCKER_HOSTS_NAME": name}
    return dict(zip(VARIABLES, ("1", url, endpoint.folder, name), strict=True))


def _no_proxy(name: str, *, add: bool) -> dict[str, str | None]:
    """Return NO_PROXY, in the spelling that the environment has it, with a host's address or without it."""
    spelling = "no_proxy" if "no_proxy" in os.environ else "NO_PROXY"
    address = the_cloud().host(name).Address
    items = [item for item in os.environ.get(spelling, "").split(",") if item and item != address]
    return {spelling: ",".join([*items, address] if add else items) or None}


def _again(name: str | None, *, unset: bool) -> str:
    return " ".join(["docker hosts env", *(["--unset"] if unset else []), *([name] if name else [])])
