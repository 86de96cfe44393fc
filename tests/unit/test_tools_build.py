# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-galaxy builds from a checkout."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from _repository import ROOT, collection_files, files

WRITTEN_BY_GALAXY = {"MANIFEST.json", "FILES.json"}
LEFT_OVER = [".lab/clouds.yaml", ".heatdock/known_hosts", ".venv/pyvenv.cfg", "tests/output/report.html"]
CREDENTIALS = ["clouds.yaml", "clouds-public.yaml", "secure.yaml", "openrc"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy the checkout, and leave behind what its use leaves."""
    copy = tmp_path / "checkout"
    for name in files():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
    for name in LEFT_OVER + CREDENTIALS:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text("")
    return copy


def test_a_build_holds_the_collection_s_files_alone(checkout: Path, tmp_path: Path) -> None:
    galaxy = Path(sys.executable).with_name("ansible-galaxy")
    command = [str(galaxy), "collection", "build", "--output-path", str(tmp_path), str(checkout)]
    subprocess.run(command, check=True, capture_output=True)
    with tarfile.open(next(tmp_path.glob("heatdock-hosts-*.tar.gz"))) as archive:
        built = {member.name for member in archive if not member.isdir()}
    assert built == (set(collection_files()) | WRITTEN_BY_GALAXY) - {"galaxy.yml"}


def test_every_collection_that_roles_and_playbooks_use_is_a_dependency() -> None:
    names = [name for name in collection_files() if name.startswith(("roles/", "playbooks/")) and name.endswith(".yml")]
    text = "\n".join((ROOT / name).read_text() for name in names)
    used = set(re.findall(r"\b((?:ansible|community|openstack)\.[a-z]+)\.[a-z_]", text)) - {"ansible.builtin"}
    assert used <= set(yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"])
