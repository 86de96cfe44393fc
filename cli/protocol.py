# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the docker client talks to its plugins.

It asks each program in its plugin folders for its metadata, which `cli/docker-hosts` prints, and hands a plugin its own
command line as it stands: `docker --context web1 hosts ls` becomes `docker-hosts --context web1 hosts ls`, `docker help
hosts` becomes `docker-hosts help hosts`, and its shell completion becomes `docker-hosts __complete hosts …`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WORD = "hosts"
COMPLETIONS = {"__complete": True, "__completeNoDesc": False}
"""The client's words for its completion, and whether descriptions are wanted."""
WITH_VALUE = frozenset(
    ["--config", "-c", "--context", "-H", "--host", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey"]
) | {"--fleet", "--cloud"}
"""Options before the command that are followed by a value."""


class Call(NamedTuple):
    """What the plugin is asked for."""

    arguments: tuple[str, ...]
    by_docker: bool = False
    """Whether the command line was the client's, so that its name is `docker hosts`."""
    completes: bool = False
    described: bool = True
    """Whether completion shows descriptions."""

    @property
    def program(self) -> str:
        """Name the command as its user typed it."""
        return "docker hosts" if self.by_docker else "docker-hosts"


def understood(arguments: Sequence[str]) -> Call:
    """Take the client's words out of a command line."""
    words = list(arguments)
    completes, described = False, True
    if words and words[0] in COMPLETIONS:
        completes, described = True, COMPLETIONS[words.pop(0)]
    at = _place_of_command(words)
    if words[at : at + 1] == ["help"]:
        command = [word for word in words[at + 1 :] if word != WORD]
        return Call((*words[:at], *command, "--help"), by_docker=WORD in words[at + 1 :])
    by_docker = words[at : at + 1] == [WORD]
    if by_docker:
        del words[at]
    return Call(tuple(words), by_docker, completes, described)


def _place_of_command(words: Sequence[str]) -> int:
    """Find the first word that is neither an option nor an option's value."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in WITH_VALUE else 1
    return at
