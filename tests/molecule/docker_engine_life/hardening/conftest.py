# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The score of a host."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.molecule.conftest import Client
    from tests.molecule.docker_engine_life.hardening.engine import Score

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def score(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Score:
    """Return what runs playbooks/cis.yml on the host and returns its report."""
    path = tmp_path_factory.mktemp("cis") / "report.json"

    def run() -> dict[str, Any]:
        variables = {"cis_hosts": "all", "cis_report": str(path)}
        done = client.play(variables, playbook=str(ROOT / "playbooks/cis.yml"))
        assert done.returncode == 0, done.failures
        return json.loads(path.read_text(encoding="utf-8"))[client.container.name]

    return run
