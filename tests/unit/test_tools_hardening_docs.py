# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The profiles' switches are described, each once."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import hardening_docs

DATA: dict[str, Any] = hardening_docs.load()


def test_document_is_fresh() -> None:
    text = hardening_docs.DOCUMENT.read_text(encoding="utf-8")
    assert hardening_docs.rendered(text, DATA) == text


def test_switch_without_description_is_a_problem() -> None:
    data = copy.deepcopy(DATA)
    data["strict"]["daemon"]["seccomp-profile"] = "x"
    assert hardening_docs.problems(data) == ["seccomp-profile is a switch, but docs/hardening.yml does not describe it"]


def test_description_without_switch_is_a_problem() -> None:
    data = copy.deepcopy(DATA)
    data["switches"]["gone"] = {}
    assert hardening_docs.problems(data) == ["gone is described but no switch; remove it"]


def test_strict_has_all_of_standard() -> None:
    standard, strict = (hardening_docs.switches(DATA[profile]) for profile in hardening_docs.PROFILES)
    assert standard.items() <= strict.items()


@pytest.mark.parametrize("source", [file["source"] for file in DATA["strict"]["files"]])
def test_files_of_profiles_exist(source: str) -> None:
    content = (hardening_docs.DATA.parents[1] / "files" / source).read_text(encoding="utf-8")
    assert content.startswith("# Managed by Heatdock.")


def test_table_names_what_only_strict_has() -> None:
    lines = [line for line in hardening_docs.switch_table(DATA) if line.startswith("| `icc: false` | strict | 2.2 |")]
    assert len(lines) == 1
    assert Path(hardening_docs.DOCUMENT).read_text(encoding="utf-8").count(lines[0]) == 1
