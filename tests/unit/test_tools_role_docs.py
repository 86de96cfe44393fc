# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles' option tables and the check of their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import role_docs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("option", "defaults", "problem"),
    [
        ({"default": 1}, {"x": 1}, ""),
        ({"default": 1}, {"x": 2}, "x is 1 in"),
        ({"required": True}, {}, ""),
        ({"required": True}, {"x": 1}, "x is required but has a default"),
        ({}, {}, "x is not required but has no default"),
        ({}, {"x": None}, ""),
        ({}, {"x": 1}, "x has no default in"),
        ({}, {"x": "{{ y }}"}, ""),
    ],
)
def test_defaults_are_held_against_the_specification(
    option: dict[str, Any], defaults: dict[str, Any], problem: str
) -> None:
    problems = role_docs.default_problems("role", {"x": option}, defaults)
    assert [problem in found for found in problems] == ([True] if problem else [])


def test_a_default_without_a_specification_is_named() -> None:
    assert "y is in defaults/main.yml but not" in role_docs.default_problems("role", {}, {"y": 1})[0]


def test_the_table_states_type_default_choices_and_suboptions() -> None:
    option = {
        "type": "list",
        "elements": "dict",
        "default": [],
        "description": ["One | two, see V(a)."],
        "options": {"name": {"required": True, "choices": ["a", "b"], "description": "Its name."}},
    }
    assert role_docs.rows({"things": option}, {}) == [
        "| `things` | list of dict | `[]` | One \\| two, see `a`. |",
        "| `things.name` | str | *required* | Its name. One of `a`, `b`. |",
    ]


@pytest.mark.parametrize(
    ("value", "cell"), [(True, "`true`"), ("", '`""`'), (None, ""), ("a", "`a`"), ({"a": 1}, '`{"a": 1}`'), (0, "`0`")]
)
def test_a_default_is_written_as_in_yaml(value: object, cell: str) -> None:
    assert role_docs.default_of({}, value) == cell


@pytest.fixture
def role(tmp_path: Path) -> Path:
    for folder in ("meta", "defaults"):
        (tmp_path / folder).mkdir()
    (tmp_path / role_docs.SPECIFICATION).write_text("argument_specs: {main: {options: {x: {default: 1}}}}\n")
    (tmp_path / role_docs.DEFAULTS).write_text("x: 1\n")
    (tmp_path / "README.md").write_text(f"# Role\n{role_docs.BEGIN}\n{role_docs.END}\nAfter.\n")
    return tmp_path


def test_a_stale_table_is_named_then_generated_then_current(role: Path) -> None:
    assert "stale" in role_docs.role_problems(role, check=True)[0]
    assert role_docs.role_problems(role, check=False) == []
    assert role_docs.role_problems(role, check=True) == []
    readme = (role / "README.md").read_text()
    assert "| `x` | str | `1` |" in readme
    assert readme.startswith("# Role\n")
    assert readme.endswith("After.\n")


@pytest.mark.parametrize(
    ("defaults", "problem"),
    [
        ("x: 2\n", "x is 1 in meta/argument_specs.yml but 2 in defaults/main.yml"),
        ("x: 1\ny: 1\n", "y is in defaults/main.yml but not in meta/argument_specs.yml"),
        ("", "x is not required but has no default in defaults/main.yml"),
    ],
)
def test_a_drift_between_the_two_files_fails_the_check(
    role: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], defaults: str, problem: str
) -> None:
    roles = tmp_path / "roles"
    roles.mkdir()
    (roles / "web").symlink_to(role)
    root = ["--root", str(tmp_path)]
    assert role_docs.main(root) == 0
    (role / role_docs.DEFAULTS).write_text(defaults)
    assert role_docs.main(["--check", *root]) == 1
    assert f"web: {problem}" in capsys.readouterr().err


def test_a_readme_without_markers_is_named(role: Path) -> None:
    (role / "README.md").write_text("# Role\n")
    assert "lacks the lines" in role_docs.role_problems(role, check=False)[0]
