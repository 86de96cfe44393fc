# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fleet of hosts brought to what is declared: one listing tells who differs, only those are worked on.

PRIVATE to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ansible_collections.heatdock.hosts.plugins.module_utils._declared import (
    duplicate_problems,
    host_problems,
    raise_all,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._drift import (
    Drift,
    undeclared_host,
    undeclared_inputs,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    StackError,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Cloud, Heat, Row
from ansible_collections.heatdock.hosts.plugins.module_utils._host import (
    Agreed,
    Hosts,
    Outcome,
    is_ours,
    is_quiet,
    is_to_be_looked_at,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._live import Live
from ansible_collections.heatdock.hosts.plugins.module_utils._mistakes import refuse_template
from ansible_collections.heatdock.hosts.plugins.module_utils._power import Power
from ansible_collections.heatdock.hosts.plugins.module_utils._repair import Repair
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import read_names
from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
from ansible_collections.heatdock.hosts.plugins.module_utils._sources import kept_spelling, revealed
from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks, is_going
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import FIRST_PAUSE, Watch

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source

_NOT_OURS = (
    f"a stack of this name exists without the tag {TAG} and is left alone; "
    "delete it with openstack stack delete, or take it over with state=present first"
)

_NOTHING_DECLARED = (
    "prune: no host is declared, so every host of the project would be deleted; declare those that stay, or name "
    "those that go with state=absent"
)
Work = Callable[["Outcome"], None]
"""What is done to one host, and told in its outcome."""

NOT_DECLARED = "it is not declared any more"


@dataclass
class Settings:
    """How a fleet is worked on."""

    max_parallel: int = 10
    timeout: int = 1800
    check: bool = False
    first_pause: float = FIRST_PAUSE
    agreed: Agreed = lambda _outcome: None

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
        self._types = ResourceTypes(self._heat)
        live = Live(cloud, self._heat)
        repair = Repair(cloud, self._heat, live, self._watch, settings.timeout)
        self._hosts = Hosts(self._heat, stacks, self._types, live, repair, check=settings.check, agreed=settings.agreed)
        self._power = Power(self._heat, stacks, self._watch, settings.timeout, check=settings.check)
        self._drift = Drift(self._heat, stacks, live, check=settings.check)
        self._max_parallel, self._check = settings.max_parallel, settings.check

    def present(
        self, sources: Sequence[Source], *, new_servers: bool = False, declared: Collection[str] | None = None
    ) -> list[Outcome]:
        """Create and update the hosts; every problem that can be told before the first write is told.

        With `new_servers` each gets a new server in any case. With `declared`, the names of what else is declared,
        hosts that are neither in it nor in `sources` are deleted.
        """
        kept = None if declared is None else _kept([*declared, *(source.stack_name for source in sources)])
        listed = self._heat.tagged(TAG)
        rows = self._rows([source.stack_name for source in sources], listed)
        problems = {source.stack_name: host_problems(source) for source in sources}
        sound = [source for source in sources if not problems[source.stack_name]]
        quiet = set() if new_servers else self._quiet(sound, rows)
        differing = [source for source in sources if source.stack_name not in quiet]
        names = read_names(self._cloud, self._types, differing)
        problems |= {source.stack_name: problems[source.stack_name] + names.problems(source) for source in differing}
        raise_all(problems, duplicate_problems(source.stack_name for source in sources))
        self._refuse_template(differing, rows)
        work: dict[str, Work] = {
            source.stack_name: partial(
                self._hosts.converge, source=source, same_ids=names.same_ids(), new_server=new_servers
            )
            for source in differing
        }
        outcomes = [
            Outcome(source.stack_name, stack=rows.get(source.stack_name, {}), declared=source) for source in sources
        ]
        for row in listed:
            if kept is not None and row["stack_name"] not in kept:
                outcomes.append(Outcome(row["stack_name"], stack=row, notes=[NOT_DECLARED]))
                work[row["stack_name"]] = self._hosts.remove
        self._work([outcome for outcome in outcomes if outcome.name in work], lambda item: work[item.name](item))
        return outcomes

    def absent(self, names: Sequence[str]) -> list[Outcome]:
        """Delete the hosts of these names; their other resources in the cloud are the user's."""
        outcomes = self._ours(names)
        self._work([outcome for outcome in outcomes if outcome.stack], self._hosts.remove)
        return outcomes

    def power(self, names: Sequence[str], action: str) -> list[Outcome]:
        """Start, stop or restart the servers of the hosts of these names."""
        outcomes = self._ours(names)
        self._work(outcomes, partial(self._power.bring, action=action))
        return outcomes

    def checked(
        self, names: Sequence[str], sources: Sequence[Source] = (), *, declared: Collection[str] | None = None
    ) -> list[Outcome]:
        """Find what is wrong with the real resources of the hosts of these names.

        With `sources`, what is declared of them, inputs of a stack that are others are found, too. With `declared`, the
        names of what else is declared, hosts that are neither in it nor in `names` are.
        """
        listed = self._heat.tagged(TAG)
        rows = self._rows(names, listed)
        wanted = {source.stack_name: source for source in sources}
        outcomes = [Outcome(name, stack=rows.get(name, {}), declared=wanted.get(name)) for name in dict.fromkeys(names)]
        self._work(outcomes, lambda item: self._drift.look(item, partial(self._undeclared, item.declared)))
        kept = None if declared is None else {*declared, *names}
        surplus = [row for row in listed if kept is not None and row["stack_name"] not in kept and not is_going(row)]
        return [*outcomes, *(Outcome(row["stack_name"], stack=row, drift=[undeclared_host(row)]) for row in surplus)]

    def _undeclared(self, source: Source | None, row: Row) -> str:
        """Say which of a stack's inputs are not those that are declared."""
        if source is None:
            return ""
        before = revealed(self._heat.source(row), source, row.get("tags") or ())
        if not undeclared_inputs(before, source):
            return ""
        names = read_names(self._cloud, self._types, [source])
        return undeclared_inputs(before, kept_spelling(before, source, names.same_ids()))

    def _ours(self, names: Sequence[str]) -> list[Outcome]:
        """Find the hosts of these names, each once; stacks that are not ours are refused."""
        rows = self._rows(names, self._heat.tagged(TAG))
        raise_all({name: [_NOT_OURS] for name, row in rows.items() if not is_ours(row)})
        return [Outcome(name, stack=rows.get(name, {})) for name in dict.fromkeys(names)]

    def _refuse_template(self, sources: Sequence[Source], rows: Mapping[str, Row]) -> None:
        """Have Heat judge the template, which is the same for all: once for hosts to create, once for the others."""
        for new in (True, False):
            source = next((item for item in sources if (item.stack_name not in rows) == new), None)
            if source is not None:
                with suppress(ConflictError):  # of a host that another controller makes
                    refuse_template(self._heat, self._types, source, new=new, check=self._check)

    def _quiet(self, sources: Sequence[Source], rows: Mapping[str, Row]) -> set[str]:
        """Name the hosts that are as declared: by the listing, and by their resources where they were checked since."""
        quiet = {source.stack_name for source in sources if is_quiet(source, rows.get(source.stack_name))}
        checked = {item.stack_name: item for item in sources if is_to_be_looked_at(item, rows.get(item.stack_name))}

        def look(outcome: Outcome) -> None:
            if self._hosts.is_well(checked[outcome.name], outcome.stack):
                quiet.add(outcome.name)

        self._work([Outcome(name, stack=rows[name]) for name in checked], look)
        return quiet

    def _rows(self, names: Iterable[str], listed: Iterable[Row]) -> dict[str, Row]:
        """Find the stacks of these names: in the tagged listing, and by name where that has them not."""
        wanted = set(names)
        found = [row for row in listed if row["stack_name"] in wanted]
        if missing := wanted - {row["stack_name"] for row in found}:
            found += self._heat.named(missing)
        raise_all(_twin_problems([row for row in found if not is_going(row)]))
        return {row["stack_name"]: row for row in sorted(found, key=is_going, reverse=True)}

    def _work(self, outcomes: Sequence[Outcome], work: Work) -> None:
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


def _twin_problems(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Say which names several stacks have."""
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row["stack_name"], []).append(row["id"])
    return {
        name: [f"{len(same)} stacks have this name; delete all but one with openstack stack delete: {', '.join(same)}"]
        for name, same in ids.items()
        if len(same) > 1
    }


def _kept(names: Collection[str]) -> Collection[str]:
    if not names:
        raise HeatdockError(_NOTHING_DECLARED)
    return names


def _isolated(outcome: Outcome, work: Work) -> None:
    try:
        work(outcome)
    except HeatdockError as error:
        outcome.error = f"host {outcome.name}: {error}"
        if isinstance(error, StackError):
            outcome.stack = error.row
            outcome.notes += [error.note] if error.note else []
