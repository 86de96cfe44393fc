# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/docker-machine.yml names the tests there are, and none is left out."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CASES = yaml.safe_load((ROOT / "docs/docker-machine.yml").read_text(encoding="utf-8"))
TESTS = re.findall(
    r"^def (test_\w+)", (ROOT / "tests/cli/vm/test_docker_machine.py").read_text(encoding="utf-8"), re.MULTILINE
)


def test_each_case_has_a_test_or_a_reason() -> None:
    here = [item for cases in CASES.values() for item in cases.values()]
    assert {item for item in here if isinstance(item, str)} <= set(TESTS)
    assert all(item["why"] for item in here if not isinstance(item, str))


def test_each_test_is_of_a_case() -> None:
    named = " ".join(str(item) for cases in CASES.values() for item in cases.values())
    assert [name for name in TESTS if name not in named] == []
