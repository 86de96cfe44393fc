# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How each shell sets and unsets variables."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shell:
    """One shell's words."""

    sets: str
    unsets: str
    hint: str
    quotes: Callable[[str], str]


def _doubled(quote: str) -> Callable[[str], str]:
    """Quote as shells do in which a quote within is written twice."""
    return lambda text: f"{quote}{text.replace(quote, quote * 2)}{quote}"


def _fish(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


_POSIX = Shell("export {name}={value}", "unset {name}", "# Run this: eval $({command})", shlex.quote)
SHELLS = {
    "bash": _POSIX,
    "zsh": _POSIX,
    "sh": _POSIX,
    "fish": Shell("set -gx {name} {value};", "set -e {name};", "# Run this: {command} | source", _fish),
    "powershell": Shell(
        "$Env:{name} = {value}",
        "Remove-Item -ErrorAction SilentlyContinue Env:\\{name}",
        "# Run this: & {command} | Invoke-Expression",
        _doubled("'"),
    ),
    "cmd": Shell(
        "SET {name}={value}", "SET {name}=", "REM Run this: @FOR /f \"tokens=*\" %i IN ('{command}') DO @%i", str
    ),
    "tcsh": Shell("setenv {name} {value};", "unsetenv {name};", "# Run this: eval `{command}`", shlex.quote),
    "emacs": Shell(
        '(setenv "{name}" {value})',
        '(setenv "{name}" nil)',
        ";; Run this: M-x eval-region over these lines",
        lambda text: '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"')),
    ),
}


def guessed(environment: Mapping[str, str]) -> str:
    """Tell which shell is used: by its variable, PowerShell's own, or Windows' command line."""
    name = environment.get("SHELL", "").rpartition("/")[2]
    if name in SHELLS:
        return name
    if name == "csh":
        return "tcsh"
    if name:
        return "sh"
    return "powershell" if "PSModulePath" in environment else "sh"


def lines(shell: str, variables: Mapping[str, str | None], command: str) -> Iterator[str]:
    """Write the lines that set variables, or unset those without a value, then how to run them."""
    words = SHELLS[shell]
    for name, value in variables.items():
        if value is None:
            yield words.unsets.format(name=name)
        else:
            yield words.sets.format(name=name, value=words.quotes(value))
    asked = f"{command} --shell {shell}" if shell in ("powershell", "cmd", "emacs") else command
    yield words.hint.format(command=asked)
