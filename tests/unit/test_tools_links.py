# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the collection's links and of the links in Markdown files."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

import check_links

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "galaxy.yml").write_text("build_ignore: [collections, tests, .*]\n")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/one.yml").write_text("")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/one.py").write_text("")
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def test_every_entry_of_the_collection_wants_a_link_and_nothing_else_does(checkout: Path) -> None:
    problems = check_links.link_problems(checkout)
    assert [problem.split(":")[0].rsplit("/", 1)[1] for problem in problems] == ["galaxy.yml", "roles"]


def test_written_links_lead_to_the_entries(checkout: Path) -> None:
    check_links.write_links(checkout)
    assert check_links.link_problems(checkout) == []
    assert (checkout / check_links.LINKS / "roles/one.yml").exists()


def test_a_link_that_dangles_is_named_and_removed(checkout: Path) -> None:
    check_links.write_links(checkout)
    (checkout / check_links.LINKS / "gone").symlink_to("../../../../gone")
    assert "gone: belongs to nothing" in check_links.link_problems(checkout)[0]
    check_links.write_links(checkout)
    assert check_links.link_problems(checkout) == []


def test_a_link_that_leads_elsewhere_is_corrected(checkout: Path) -> None:
    check_links.write_links(checkout)
    link = checkout / check_links.LINKS / "roles"
    link.unlink()
    link.symlink_to("/elsewhere")
    assert "instead of ../../../../roles" in check_links.link_problems(checkout)[0]
    check_links.write_links(checkout)
    assert check_links.link_problems(checkout) == []


def test_markdown_links_that_lead_nowhere_are_named(checkout: Path) -> None:
    (checkout / "README.md").write_text("[a](roles/one.yml) [b](gone.md#part) [c](https://example.org) [d](#part)\n")
    assert check_links.markdown_problems(checkout) == [
        "README.md: the link to gone.md#part leads nowhere, correct or remove it"
    ]


def test_code_in_markdown_is_no_link(checkout: Path) -> None:
    (checkout / "README.md").write_text("```\nx[0](gone)\n```\n")
    assert check_links.markdown_problems(checkout) == []
