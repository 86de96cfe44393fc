# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of a host is a folder here; sshfs comes from Debian where the machine has none."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.cli.vm.seed import FIRST

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.plugin import Done, Plugin

SHARED = "/tmp/shared"


@pytest.fixture(scope="module")
def _sshfs() -> None:
    if not shutil.which("sshfs"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "--no-install-recommends", "sshfs"]):
            subprocess.run(["apt-get", "-qq", *words], check=True, env=environment)


@pytest.mark.usefixtures("_sshfs")
def test_a_folder_is_mounted_and_taken_away(desk: Plugin, first: Done, tmp_path: Path) -> None:
    assert first.status == 0, first.err
    desk.well("ssh", FIRST, f"mkdir -p {SHARED} && echo written there >{SHARED}/theirs")
    desk.well("mount", f"{FIRST}:{SHARED}", str(tmp_path))
    assert (tmp_path / "theirs").read_text() == "written there\n"
    (tmp_path / "ours").write_text("written here")
    assert desk.well("ssh", FIRST, "cat", f"{SHARED}/ours").out == "written here"
    desk.well("mount", "--unmount", f"{FIRST}:{SHARED}", str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("_sshfs")
def test_a_folder_that_is_not_there_is_an_error(desk: Plugin, first: Done, tmp_path: Path) -> None:
    assert first.status == 0, first.err
    done = desk.hosts("mount", f"{FIRST}:/nowhere", str(tmp_path))
    assert done.status == 1
    assert "No such file or directory" in done.err
