# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many wait by one listing, within their time, and give up when told so."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils import _watch
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, NoAnswerError
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch
from memory_cloud import FOREVER, MemoryCloud, declared

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def at_work(cloud: MemoryCloud, name: str, looks: int, tags: Sequence[str] = ("heatdock",)) -> dict[str, Any]:
    stack = cloud.add_declared(declared(name), tags=tags)
    stack.start("CREATE", "CREATE_COMPLETE", looks)
    return stack.row()


def status(row: dict[str, Any] | None) -> str | None:
    return row["stack_status"] if row else None


def test_all_who_wait_share_one_listing_a_pause() -> None:
    cloud = MemoryCloud()
    rows = [at_work(cloud, f"web{number}", looks=3) for number in range(20)]
    watch = Watch(Heat(cloud), "heatdock", first_pause=0.2)
    with ThreadPoolExecutor(len(rows)) as pool:
        settled = list(pool.map(lambda row: watch.settled(row, 60), rows))
    assert {status(row) for row in settled} == {"CREATE_COMPLETE"}
    assert len(cloud.calls) <= 6


def test_a_stack_without_the_tag_is_read_by_itself() -> None:
    cloud = MemoryCloud()
    row = at_work(cloud, "web1", looks=4, tags=())
    assert status(Watch(Heat(cloud), "heatdock", first_pause=0.001).settled(row, 60)) == "CREATE_COMPLETE"


def test_a_stack_that_goes_away_is_gone() -> None:
    cloud = MemoryCloud()
    row = at_work(cloud, "web1", looks=1)
    cloud.stacks[row["id"]].start("DELETE", "DELETE_COMPLETE")
    assert Watch(Heat(cloud), "heatdock", first_pause=0.001).settled(row, 60) is None


def test_a_stack_that_heat_lists_for_an_instant_after_its_end_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = MemoryCloud()
    row = at_work(cloud, "web1", looks=FOREVER)
    monkeypatch.setattr(cloud, "pages", lambda *_arguments: iter([{**row, "stack_status": "DELETE_COMPLETE"}]))
    assert Heat(cloud).tagged("heatdock") == Heat(cloud).named(["web1"]) == Heat(cloud).all() == []


def test_the_time_is_kept() -> None:
    cloud = MemoryCloud()
    row = at_work(cloud, "web1", looks=FOREVER)
    started = time.monotonic()
    assert status(Watch(Heat(cloud), "heatdock", first_pause=5).settled(row, 0.2)) == "CREATE_IN_PROGRESS"
    assert 0.2 <= time.monotonic() - started < 2


def test_who_waits_can_be_stopped() -> None:
    cloud = MemoryCloud()
    row = at_work(cloud, "web1", looks=FOREVER)
    watch = Watch(Heat(cloud), "heatdock", first_pause=30)
    threading.Timer(0.05, watch.stop).start()
    with pytest.raises(HeatdockError, match="run again to continue"):
        watch.settled(row, 60)


class AwayCloud(MemoryCloud):
    """A cloud whose Heat does not answer its next listings, and takes its time to do so."""

    away = 0
    silence = 0.0
    unanswered = 0

    def pages(self, *arguments: Any, **options: Any) -> Iterator[dict[str, Any]]:
        """List, unless away."""
        if self.away:
            self.away -= 1
            self.unanswered += 1
            time.sleep(self.silence)
            raise NoAnswerError("away")
        yield from super().pages(*arguments, **options)


def test_a_heat_that_is_away_for_a_while_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_watch, "LONGEST_PAUSE", 0.001)
    cloud = AwayCloud()
    row = at_work(cloud, "web1", looks=2)
    cloud.away = 5
    assert status(Watch(Heat(cloud), "heatdock", first_pause=0.001).settled(row, 60)) == "CREATE_COMPLETE"


def test_a_heat_that_stays_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_watch, "LONGEST_PAUSE", 0.001)
    monkeypatch.setattr(_watch, "PATIENCE", 0.02)
    cloud = AwayCloud()
    row = at_work(cloud, "web1", looks=2)
    cloud.away = FOREVER
    with pytest.raises(NoAnswerError):
        Watch(Heat(cloud), "heatdock", first_pause=0.001).settled(row, 60)


def test_many_who_wait_for_a_silent_heat_wait_no_longer_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_watch, "PATIENCE", 0.0)
    cloud = AwayCloud()
    rows = [at_work(cloud, f"web{number}", looks=2) for number in range(10)]
    cloud.away, cloud.silence = FOREVER, 0.3
    watch = Watch(Heat(cloud), "heatdock", first_pause=0.1)

    def wait(row: dict[str, Any]) -> type[Exception] | None:
        try:
            watch.settled(row, 60)
        except NoAnswerError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(rows)) as pool:
        assert set(pool.map(wait, rows)) == {NoAnswerError}
    assert cloud.unanswered == 1
