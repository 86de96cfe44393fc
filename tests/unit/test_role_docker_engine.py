# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each variable of the role docker_engine has a Molecule test."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SPECIFICATION = yaml.safe_load((ROOT / "roles/docker_engine/meta/argument_specs.yml").read_text(encoding="utf-8"))
TESTS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/molecule").rglob("test_*.py"))


@pytest.mark.parametrize("name", SPECIFICATION["argument_specs"]["main"]["options"])
def test_variable_has_a_molecule_test(name: str) -> None:
    assert f'"{name}"' in TESTS or f"{name}=" in TESTS
