# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each variable of the roles docker_engine and docker_context has a Molecule test."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLES = ("docker_engine", "docker_context")
TESTS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests/molecule").rglob("test_*.py"))


def variables(role: str) -> list[str]:
    """Return the variables of a role."""
    specification = (ROOT / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8")
    return list(yaml.safe_load(specification)["argument_specs"]["main"]["options"])


@pytest.mark.parametrize("name", [name for role in ROLES for name in variables(role)])
def test_variable_has_a_molecule_test(name: str) -> None:
    assert f'"{name}"' in TESTS or f"{name}=" in TESTS
