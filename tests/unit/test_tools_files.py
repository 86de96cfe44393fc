# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check for machine paths and licence headers."""

from __future__ import annotations

from pathlib import Path

import pytest

import check_files

PLACES = ["/data/heatdock/"]
HEADER = f"# {check_files.LICENCE}\n"


@pytest.mark.parametrize("place", ["/data/heatdock/site.yml", f"/{'home'}/jane/site.yml"])
def test_a_path_of_the_machine_is_named(place: str) -> None:
    problems = check_files.file_problems("site.yml", f"path: {place}\n", PLACES)
    assert len(problems) == 1
    assert "names the machine's path" in problems[0]


def test_the_image_s_login_user_is_no_person() -> None:
    assert check_files.file_problems("site.yml", "path: /home/debian/.ssh\n", PLACES) == []


@pytest.mark.parametrize("root", ["/srv/project", "/data/x/project"])
def test_a_common_folder_does_not_mean_this_machine(root: str) -> None:
    places = check_files.machine_places(Path(root), Path("/root"))
    assert f"{root}/" in places
    assert "/root/" not in places
    assert "/srv/" not in places


@pytest.mark.parametrize(("name", "start"), [("tool.py", ""), ("tool", "#!/bin/sh\n"), ("tool.sh", "")])
def test_a_program_without_a_licence_is_named(name: str, start: str) -> None:
    assert "add the header" in check_files.file_problems(name, f"{start}code\n", PLACES)[0]
    assert check_files.file_problems(name, f"{start}{HEADER}code\n", PLACES) == []


@pytest.mark.parametrize("name", ["site.yml", "empty.py"])
def test_data_and_empty_files_need_no_licence(name: str) -> None:
    text = "" if name.endswith(".py") else "a: b\n"
    assert check_files.file_problems(name, text, PLACES) == []
