# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is at work is noted now and then, and shown by stack and resource."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _progress, _progress_view
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._progress import Progress
from ansible_collections.heatdock.hosts.plugins.module_utils._progress_view import Work, duration

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"stack_name": "web1", "stack_status": "CREATE_IN_PROGRESS"}
RESOURCES = [
    {"resource_name": "port", "resource_type": "OS::Neutron::Port", "resource_status": "CREATE_COMPLETE"},
    {"resource_name": "server", "resource_type": "OS::Nova::Server", "resource_status": "CREATE_IN_PROGRESS"},
    {"resource_name": "ready", "resource_type": "OS::Heat::WaitCondition", "resource_status": "INIT_COMPLETE"},
]


def shown(path: Path) -> Work:
    """Return what a view makes of a file of notes."""
    work = Work()
    for note in next(_progress_view.follow(path)):
        work.take(note, 0.0)
    return work


def test_what_is_at_work_is_shown_with_its_time(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    Progress(str(notes)).at_work(ROW, lambda: RESOURCES)
    assert list(shown(notes).rows(62.0)) == [("web1", "CREATE_IN_PROGRESS", "server (OS::Nova::Server)", "1:02")]


def test_what_ended_is_counted(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    progress = Progress(str(notes))
    for name in ("web1", "web2"):
        progress.at_work({**ROW, "stack_name": name}, lambda: RESOURCES)
    progress.ended("web2")
    line = shown(notes).line(5.0)
    assert line == "1 at work, 1 done; web1 CREATE_IN_PROGRESS: server (OS::Nova::Server), 0:05"


def test_between_two_resources_the_ready_ones_are_counted(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    Progress(str(notes)).at_work(ROW, lambda: RESOURCES[:1])
    assert "web1 CREATE_IN_PROGRESS: 1 of 1 resources ready" in shown(notes).line(0.0)


def test_a_large_fleet_is_one_short_line(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    progress = Progress(str(notes))
    for number in range(50):
        progress.at_work({**ROW, "stack_name": f"web{number}"}, lambda: RESOURCES)
    line = shown(notes).line(0.0)
    assert line.startswith("50 at work; web0 ")
    assert line.endswith("; and 40 more")


def test_resources_are_asked_for_once_a_period(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", iter([0.0, 1.0, _progress.PERIOD]).__next__)
    asked: list[int] = []

    def resources() -> list[dict[str, Any]]:
        asked.append(1)
        return RESOURCES

    progress = Progress(str(tmp_path / "notes"))
    for _look in range(3):
        progress.at_work(ROW, resources)
    assert len(asked) == 2


def test_without_a_file_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(_progress.VARIABLE, raising=False)
    progress = Progress.from_environment()
    progress.at_work(ROW, lambda: pytest.fail("asked"))
    progress.ended("web1")


def test_a_cloud_that_does_not_answer_is_not_the_view_s_matter(tmp_path: Path) -> None:
    def resources() -> list[dict[str, Any]]:
        raise HeatdockError("no answer")

    notes = tmp_path / "notes"
    Progress(str(notes)).at_work(ROW, resources)
    assert "web1" in shown(notes).stacks


def test_a_log_gets_a_line_each_interval_and_no_more(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    Progress(str(notes)).at_work(ROW, lambda: RESOURCES)
    with subprocess.Popen(
        [sys.executable, _progress_view.__file__, str(notes), "1"], stderr=subprocess.PIPE, text=True
    ) as view:
        assert view.stderr
        first = view.stderr.readline()
        notes.unlink()
        rest = view.stderr.read()
    assert first.startswith("1 at work; web1 CREATE_IN_PROGRESS: server (OS::Nova::Server), 0:0")
    assert rest == ""
    assert view.returncode == 0


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (59.9, "0:59"), (3661.0, "61:01")])
def test_durations_are_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text
