#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that no file names a path of the machine it was written on, and that every program states its licence."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from _repository import ROOT, files, report

# Too common as the place of a checkout or a home to mean this machine
COMMON = {Path("/"), *map(Path("/").joinpath, ("builds", "home", "mnt", "opt", "root", "srv", "tmp", "usr/src"))}
# A person's home; that of the cloud image's login user is a fact about hosts, not about this machine
HOME = re.compile(r"/(?:home|Users)/(?!debian\b|<|\{)[a-z][\w.-]+/")
LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
HEADER_LINES = 10


def machine_places(root: Path, home: Path) -> list[str]:
    """Return the folders that say where this checkout is and who made it."""
    return sorted(f"{place}/" for place in {root, root.parent, home} - COMMON)


def named_places(text: str, places: list[str]) -> list[str]:
    """Return which machine paths a text names."""
    return [place for place in places if place in text] + HOME.findall(text)


def is_program(name: str, text: str) -> bool:
    """Say whether a file is code that must state its licence: Python, or anything that starts with an interpreter."""
    return name.endswith((".py", ".sh")) or text.startswith("#!")


def file_problems(name: str, text: str, places: list[str]) -> list[str]:
    """Return what is wrong with one file."""
    problems = [f"{name}: names the machine's path {place}, use a relative one" for place in named_places(text, places)]
    head = "\n".join(text.splitlines()[:HEADER_LINES])
    if text.strip() and is_program(name, text) and LICENCE not in head:
        problems.append(f"{name}: its first {HEADER_LINES} lines lack '{LICENCE}', add the header")
    return problems


def problems_of(root: Path, home: Path) -> list[str]:
    """Return the problems of all text files of a checkout."""
    places = machine_places(root, home)
    problems = []
    for name in files(root):
        path = root / name
        if path.is_symlink():
            continue
        try:
            problems += file_problems(name, path.read_text(), places)
        except UnicodeDecodeError:
            continue
    return problems


def main(arguments: list[str]) -> int:
    """Check the checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(arguments)
    return report(problems_of(options.root.resolve(), Path.home()), "paths and licence headers")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
