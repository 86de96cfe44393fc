# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet of hosts brought to what is declared: one listing tells who differs, only those are worked on.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._declared import (
    duplicate_problems,
    host_problems,
    raise_all,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, StackError
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Cloud, Heat, Row
from ansible_collections.heatdock.hosts.plugins.module_utils._host import Hosts, Outcome, is_ours, is_quiet
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import read_names
from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import FIRST_PAUSE, Watch

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

_NOT_OURS = (
    f"a stack of this name exists without the tag {TAG} and is left alone; "
    "delete it with openstack stack delete, or take it over with state=present first"
)


@dataclass
class Settings:
    """How a fleet is worked on."""

    max_parallel: int = 10
    timeout: int = 1800
    check: bool = False
    first_pause: float = FIRST_PAUSE

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        for name in ("max_parallel", "timeout"):
            if getattr(self, name) < 1:
                raise HeatdockError(f"{name} is {getattr(self, name)}; give 1 or more")


class Fleet:
    """Docker hosts, each a stack of the template."""

    def __init__(self, cloud: Cloud, settings: Settings) -> None:
        """Take the cloud; nothing is sent yet."""
        self._cloud = cloud
        self._heat = Heat(cloud)
        self._watch = Watch(self._heat, TAG, settings.first_pause)
        stacks = Stacks(self._heat, self._watch, settings.timeout)
        self._hosts = Hosts(self._heat, stacks, check=settings.check)
        self._max_parallel = settings.max_parallel

    def present(self, sources: Sequence[Source]) -> list[Outcome]:
        """Create and update the declared hosts; every problem that can be told before the first write is told."""
        problems = {source.stack_name: host_problems(source) for source in sources}
        sound = [source for source in sources if not problems[source.stack_name]]
        rows = self._rows(source.stack_name for source in sound)
        differing = [source for source in sound if not is_quiet(source, rows.get(source.stack_name))]
        names = read_names(self._cloud, differing)
        problems |= {source.stack_name: names.problems(source) for source in differing}
        raise_all(problems, duplicate_problems(source.stack_name for source in sources))
        outcomes = [Outcome(source.stack_name, stack=rows.get(source.stack_name, {})) for source in sources]
        declared = {source.stack_name: source for source in differing}
        ids = names.same_ids()
        self._work(
            [outcome for outcome in outcomes if outcome.name in declared],
            lambda outcome: self._hosts.converge(outcome, declared[outcome.name], ids),
        )
        return outcomes

    def absent(self, names: Sequence[str]) -> list[Outcome]:
        """Delete the hosts of these names; their other resources in the cloud are the user's."""
        rows = self._rows(names)
        raise_all({name: [_NOT_OURS] for name, row in rows.items() if not is_ours(row)})
        outcomes = [Outcome(name, stack=rows.get(name, {})) for name in dict.fromkeys(names)]
        self._work([outcome for outcome in outcomes if outcome.stack], self._hosts.remove)
        return outcomes

    def _rows(self, names: Iterable[str]) -> dict[str, Row]:
        """Find the stacks of these names: by the tagged listing, and by name where that has them not."""
        wanted = set(names)
        rows = {row["stack_name"]: row for row in self._heat.tagged(TAG) if row["stack_name"] in wanted}
        if missing := wanted - set(rows):
            rows |= {row["stack_name"]: row for row in self._heat.named(missing)}
        return rows

    def _work(self, outcomes: Sequence[Outcome], work: Callable[[Outcome], None]) -> None:
        """Work on many hosts at a time; one that fails does not keep the others from going on."""
        if not outcomes:
            return
        with ThreadPoolExecutor(min(self._max_parallel, len(outcomes))) as pool:
            try:
                list(pool.map(lambda outcome: _isolated(outcome, work), outcomes))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self._watch.stop()
                raise


def _isolated(outcome: Outcome, work: Callable[[Outcome], None]) -> None:
    try:
        work(outcome)
    except HeatdockError as error:
        outcome.error = f"host {outcome.name}: {error}"
        if isinstance(error, StackError):
            outcome.stack = error.row
            outcome.notes += [error.note] if error.note else []
