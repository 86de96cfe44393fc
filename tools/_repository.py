# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools share: where the repository is, what is in it, how its YAML is read, and how a check reports."""

from __future__ import annotations

import fnmatch
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent


def load_yaml(path: Path) -> Any:
    """Read a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def files(root: Path = ROOT) -> list[str]:
    """Return the relative names of the files of a checkout: committed or new, not ignored, not deleted."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    names = sorted(set(listing.split("\0")) - {""})
    return [name for name in names if (root / name).is_symlink() or (root / name).exists()]


def collection_files(root: Path = ROOT) -> list[str]:
    """Return those files that belong to the collection, that is, that galaxy.yml does not leave out of its build."""
    ignored = load_yaml(root / "galaxy.yml")["build_ignore"]
    return [
        name
        for name in files(root)
        if not any(fnmatch.fnmatch(name, pattern) or name.startswith(f"{pattern}/") for pattern in ignored)
    ]


def report(problems: Iterable[str], checked: str) -> int:
    """Print each problem, or what was checked when there is none; return the exit status."""
    found = list(problems)
    for problem in found:
        print(problem, file=sys.stderr)
    if not found:
        print(f"{checked}: no problem found")
    return 1 if found else 0
