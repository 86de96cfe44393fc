# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which SSH host keys are trusted: those the hosts reported through the cloud's API, until their server is another.

A line of the file names, as its comment, the host and the server that reported the key.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SSH_PORT = 22
HEADER = "# Written by Heatdock: what the hosts reported to Heat, and the host and the server that did.\n"
FIELDS = 5


@dataclass(frozen=True)
class Host:
    """One host, and what it reported."""

    name: str
    address: str
    port: int = SSH_PORT
    server: str = ""
    keys: tuple[str, ...] = ()


@dataclass
class Pins:
    """The lines of the file to be, and why a host's new keys are not among them."""

    text: str = HEADER
    refused: dict[str, str] = field(default_factory=dict)


def pinned(text: str) -> dict[tuple[str, str], set[str]]:
    """Return the keys that a file pins, by host and server; lines of other making pin nothing."""
    pins: dict[tuple[str, str], set[str]] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) == FIELDS and not line.startswith("#"):
            pins.setdefault((parts[3], parts[4]), set()).add(" ".join(parts[1:3]))
    return pins


def pins(before: str, hosts: Iterable[Host], path: str) -> Pins:
    """Say what the file is to hold, given what it holds and what the hosts reported."""
    known = pinned(before)
    result = Pins()
    for host in sorted(hosts, key=lambda item: item.name):
        trusted = known.get((host.name, host.server), set())
        keys = set(host.keys)
        # A key more is no change: what was trusted still is.
        if trusted <= keys:
            result.text += lines(host, keys)
        else:
            result.text += lines(host, trusted)
        if keys and not trusted <= keys:
            result.refused[host.name] = changed(path)
        elif not keys and not trusted:
            result.refused[host.name] = silent()
    return result


def lines(host: Host, keys: Iterable[str]) -> str:
    """Return the lines of one host."""
    place = host.address if host.port == SSH_PORT else f"[{host.address}]:{host.port}"
    return "".join(f"{place} {key} {host.name} {host.server or '-'}\n" for key in sorted(keys))


def changed(path: str) -> str:
    """Say that a key is another one."""
    return (
        f"it reports another SSH host key than the one pinned in {path}, though its server is the same; if its keys "
        "were made anew on purpose, delete its lines there and run again, else take the host for lost and replace it: "
        "playbooks/state.yml -e state=replaced"
    )


def silent() -> str:
    """Say that there is no key."""
    return (
        "neither Heat nor its console says what its SSH host key is, so it cannot be trusted; look at the end of "
        "its console (openstack console log show), and replace the host if its first boot failed"
    )


UNTRUSTED = ("REMOTE HOST IDENTIFICATION HAS CHANGED", "Host key verification failed", "No ED25519 host key is known")
UNREACHED = "cannot be reached by SSH"


def unreachable(result: Mapping[str, object], address: str) -> str:
    """Say why SSH did not reach a host, from the result of the task that found out."""
    said = str(result.get("msg", ""))
    if any(words in said for words in UNTRUSTED):
        return (
            f"the SSH host key shown at {address} is not the one pinned for it, so nothing was sent to it; find out "
            "who answers there, or, if the host was made anew on purpose but not by its stack, have the stack replace "
            "it: playbooks/state.yml -e state=replaced"
        )
    reason = said.strip().splitlines()[-1].strip() if said.strip() else "no reason given"
    return f"{address} {UNREACHED}: {reason}"


def is_unreached(said: str) -> bool:
    """Tell whether it was said that SSH did not reach a host; one that shows another key was reached."""
    return UNREACHED in said
