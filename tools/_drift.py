# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about drift, from the table that the tests work through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = ROOT / "docs/drift.yml"
HEAD = """\
# Drift

`bin/heatdock-drift`, or `playbooks/drift.yml`, looks whether cloud and hosts still are as the repository has them, and
changes nothing on either. It writes `drift.json` ([its schema](drift.schema.json)), `drift.md` and `drift.xml` (JUnit);
the command exits with 0 when all is well, 2 when something has drifted, 1 when a host could not be looked at.

What is found is noted with the stack's resources in Heat, so that the next `site.yml` knows without asking every
service about every host, and `bin/heatdock-plan` shows what that will do. What can be put back in place is not made
anew: a new floating IP would have another address, and a new server nothing on its disk.

A host that cannot be reached by SSH is an error, unless what is wrong with its stack explains it, as the first table
says; then it is a note beside that. An SSH host key that is not the pinned one is always an error. `-e drift_ssh=false`
leaves the look at the hosts themselves out.

Not found are a server's image, since a name may stand for a newer image than the one it was made from; a port's
addresses, and volumes attached by hand; and what is on a host that `docker_engine` does not bring about.
"""
HEADS = ["Change by hand", "What is named", "What is said", "What the next `site.yml` does"]
CUTS_OFF = "Explains that SSH fails"
SECTIONS = {
    "cloud": ("In the cloud", "Made by hand and set right in `tests/scale/test_drift.py`, through the services' APIs."),
    "host": ("On the host", "Made by hand and set right in `tests/lab/long/test_drift.py`, on a virtual machine."),
}


def render(banner: str, data: Mapping[str, Any]) -> str:
    """Write the page."""
    parts = [f"<!-- {banner} -->\n{HEAD}"]
    for section, (title, proof) in SECTIONS.items():
        heads = [*HEADS, *([CUTS_OFF] if section == "cloud" else [])]
        lines = [heads, ["---"] * len(heads), *_rows(data[section].values(), data["repairs"])]
        table = "\n".join(f"| {' | '.join(line[: len(heads)])} |" for line in lines)
        parts.append(f"## {title}\n\n{proof}\n\n{table}\n")
    return "\n".join(parts)


def _rows(kinds: Any, repairs: Mapping[str, str]) -> Iterator[list[str]]:
    for kind in kinds:
        names = ", ".join(f"`{kind[key]}`" for key in ("resource", "also") if key in kind) or "the host"
        yield [kind["change"], names, kind["said"], repairs[kind["repair"]], "yes" if kind.get("cuts_off") else "no"]
