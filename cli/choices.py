# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new host needs and nobody has said: taken from the cloud where it has one choice, asked for where several."""

from __future__ import annotations

import contextlib
import socket
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import listed
from ansible_collections.heatdock.hosts.plugins.module_utils._named import BY_CONSTRAINT, EXTERNAL_NETWORK, Kind
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import things_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client

KINDS = {
    "image": BY_CONSTRAINT["glance.image"],
    "flavor": BY_CONSTRAINT["nova.flavor"],
    "network": BY_CONSTRAINT["neutron.network"],
    "floating_network": EXTERNAL_NETWORK,
    "key_name": BY_CONSTRAINT["nova.keypair"],
}
OPTIONAL = ("floating_network", "key_name")
"""What a host can do without; a cloud that has none of it needs none said."""
NETWORKS = "management_cidrs"


def lacking(known: Collection[str], boot_volume: str) -> list[str]:
    """Name the parameters that are needed and not known; a host that boots from a volume needs no image."""
    return [name for name in (*KINDS, NETWORKS) if name not in known and not (name == "image" and boot_volume)]


def completed(client: Client, known: Collection[str], boot_volume: str) -> dict[str, Any]:
    """Return values for the parameters that are needed and not known."""
    missing = lacking(known, boot_volume)
    values: dict[str, Any] = {
        name: value for name, kind in KINDS.items() if name in missing and (value := _chosen(client, name, kind))
    }
    if NETWORKS in missing:
        values[NETWORKS] = [_own_network(client)]
    return values


def _chosen(client: Client, name: str, kind: Kind) -> str:
    names = _names(client, kind)
    if len(names) == 1:
        click.echo(f"{_option(name)} {names[0]}: there is no other {kind.noun}")
        return names[0]
    if not names and name in OPTIONAL:
        return ""
    if not names:
        raise click.UsageError(f"the cloud has no {kind.noun} for you; have one made, then name it by {_option(name)}")
    if sys.stdin.isatty():
        return str(click.prompt(f"Which {kind.noun}", type=click.Choice(names)))
    if name in OPTIONAL:
        none = f' or {_option(name)} "" for none'
        raise click.UsageError(f"name the {kind.noun} by {_option(name)}{none}; there are {listed(names)}")
    raise click.UsageError(f"name the {kind.noun} by {_option(name)}; there are {listed(names)}")


def _names(client: Client, kind: Kind) -> list[str]:
    """Name what there is of a kind and can be used."""
    place = kind.collection
    rows = [row.get("keypair", row) for row in client.pages(place.service, place.path, place.key)]
    if kind is KINDS["network"]:
        rows = [row for row in rows if not row.get("router:external")]
    return sorted({thing.name for thing in things_of(kind, rows) if thing.name and not thing.unusable})


def _own_network(client: Client) -> str:
    """Return this machine alone, as the cloud's own address sees it."""
    address = address_towards(client.auth_url())
    network = f"{address}/{128 if ':' in address else 32}" if address else ""
    if sys.stdin.isatty():
        return str(click.prompt("Which network (CIDR) may reach SSH and the Docker port", default=network or None))
    if not network:
        raise click.UsageError("say which networks may reach SSH and the Docker port by --management-cidrs")
    click.echo(f"--management-cidrs {network}: this machine alone may reach SSH and the Docker port")
    return network


def address_towards(url: str) -> str:
    """Return the address from which this machine reaches another; nothing is sent."""
    place = urlsplit(url)
    with contextlib.suppress(OSError):
        family, kind, _protocol, _name, target = socket.getaddrinfo(
            place.hostname, place.port or 443, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.connect(target)
            return str(probe.getsockname()[0])
    return ""


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
