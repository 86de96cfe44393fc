# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Variables in the words of each shell, tried in those that are here."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from cli.shells import SHELLS, guessed, lines

NASTY = "a b'c\"d$HOME\\e"
VARIABLES = {"DOCKER_HOST": "tcp://203.0.113.5:2376", "DOCKER_CERT_PATH": NASTY}


@pytest.mark.parametrize("shell", [name for name in ("sh", "bash", "zsh", "fish", "tcsh") if shutil.which(name)])
def test_shells_read_what_was_meant(shell: str) -> None:
    if shell == "tcsh":
        script = "\n".join([*lines(shell, VARIABLES, "x"), "printenv DOCKER_HOST DOCKER_CERT_PATH"])
    else:
        script = "\n".join([*lines(shell, VARIABLES, "x"), 'printf "%s\\n" "$DOCKER_HOST" "$DOCKER_CERT_PATH"'])
    printed = subprocess.run([shell, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.splitlines() == list(VARIABLES.values())


@pytest.mark.parametrize(
    ("shell", "first", "unset"),
    [
        ("bash", "export DOCKER_HOST=tcp://h", "unset DOCKER_HOST"),
        ("zsh", "export DOCKER_HOST=tcp://h", "unset DOCKER_HOST"),
        ("fish", "set -gx DOCKER_HOST 'tcp://h';", "set -e DOCKER_HOST;"),
        ("powershell", "$Env:DOCKER_HOST = 'tcp://h'", "Remove-Item -ErrorAction SilentlyContinue Env:\\DOCKER_HOST"),
        ("cmd", "SET DOCKER_HOST=tcp://h", "SET DOCKER_HOST="),
        ("tcsh", "setenv DOCKER_HOST tcp://h;", "unsetenv DOCKER_HOST;"),
        ("emacs", '(setenv "DOCKER_HOST" "tcp://h")', '(setenv "DOCKER_HOST" nil)'),
    ],
)
def test_each_shell_has_its_words(shell: str, first: str, unset: str) -> None:
    assert next(lines(shell, {"DOCKER_HOST": "tcp://h"}, "docker hosts env")) == first
    assert next(lines(shell, {"DOCKER_HOST": None}, "docker hosts env")) == unset


def test_the_last_line_says_how_to_run_them() -> None:
    said = {shell: list(lines(shell, {}, "docker hosts env web1"))[-1] for shell in SHELLS}
    assert said["bash"] == "# Run this: eval $(docker hosts env web1)"
    assert said["fish"] == "# Run this: docker hosts env web1 | source"
    assert said["powershell"] == "# Run this: & docker hosts env web1 --shell powershell | Invoke-Expression"


@pytest.mark.parametrize(
    ("environment", "shell"),
    [
        ({"SHELL": "/bin/bash"}, "bash"),
        ({"SHELL": "/usr/bin/fish"}, "fish"),
        ({"SHELL": "/bin/csh"}, "tcsh"),
        ({"SHELL": "/bin/dash"}, "sh"),
        ({"PSModulePath": "x"}, "powershell"),
        ({}, "sh"),
    ],
)
def test_the_shell_is_told_by_its_variables(environment: dict[str, str], shell: str) -> None:
    assert guessed(environment) == shell
