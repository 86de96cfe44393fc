# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The docker client's own manner of calling its plugins."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cli.protocol import understood

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "bin/docker-hosts"


def test_metadata_is_what_the_client_takes() -> None:
    done = subprocess.run([PLUGIN, "docker-cli-plugin-metadata"], capture_output=True, text=True, check=True)
    about = json.loads(done.stdout)
    assert about["SchemaVersion"] == "0.1.0"
    assert about["Vendor"]
    assert about["ShortDescription"]


@pytest.mark.parametrize(
    ("words", "arguments", "program"),
    [
        ("hosts", "", "docker hosts"),
        ("hosts ls -q", "ls -q", "docker hosts"),
        ("--context web1 hosts active", "--context web1 active", "docker hosts"),
        ("-D --tls -H tcp://x:1 hosts ls", "-D --tls -H tcp://x:1 ls", "docker hosts"),
        ("help hosts", "--help", "docker hosts"),
        ("help hosts ls", "ls --help", "docker hosts"),
        ("ls -q", "ls -q", "docker-hosts"),
        ("help", "--help", "docker-hosts"),
        ("help ls", "ls --help", "docker-hosts"),
        ("ssh web1 hosts", "ssh web1 hosts", "docker-hosts"),
        ("", "", "docker-hosts"),
    ],
)
def test_the_client_s_words_are_taken_out(words: str, arguments: str, program: str) -> None:
    call = understood(words.split())
    assert " ".join(call.arguments) == arguments
    assert call.program == program
    assert not call.completes


def test_completion_is_asked_for_with_and_without_descriptions() -> None:
    with_them, without = understood(["__complete", "hosts", "u"]), understood(["__completeNoDesc", "hosts", "u"])
    assert with_them.completes
    assert with_them.described
    assert without.completes
    assert not without.described
    assert with_them.arguments == without.arguments == ("u",)


def test_the_client_shows_the_plugin_and_runs_it(tmp_path: Path) -> None:
    (tmp_path / "cli-plugins").mkdir()
    (tmp_path / "cli-plugins/docker-hosts").symlink_to(PLUGIN)
    environment = os.environ | {"DOCKER_CONFIG": str(tmp_path)}

    def docker(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["docker", *words], env=environment, capture_output=True, text=True, check=False)

    assert "hosts*" in docker("--help").stdout
    assert docker("hosts", "active").stdout == "default\n"
    assert docker("help", "hosts", "ls").stdout.startswith("Usage: docker hosts ls ")
    assert docker("hosts", "url", "--help").stdout.startswith("Usage: docker hosts url ")
    misspelt = docker("hosts", "lss")
    assert misspelt.returncode == 2
    assert misspelt.stderr == 'docker hosts: there is no command "lss"; closest is "ls"; see docker hosts --help\n'
    completed = docker("__complete", "hosts", "stat")
    assert completed.stdout == "status\tShow the state of hosts\n:4\n"
