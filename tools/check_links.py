#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that the collection is complete in a plain checkout, and that relative links in Markdown lead somewhere.

Ansible finds heatdock.hosts through collections/ansible_collections/heatdock/hosts, which holds one relative link per
top-level entry of the collection. --write makes the missing links and removes those that are left over.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from _repository import ROOT, collection_files, files, report

LINKS = Path("collections/ansible_collections/heatdock/hosts")
MARKDOWN_TARGET = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def wanted(root: Path) -> dict[str, str]:
    """Return each link's name and target."""
    up = "../" * len(LINKS.parts)
    return {entry: f"{up}{entry}" for entry in sorted({name.split("/")[0] for name in collection_files(root)})}


def present(root: Path) -> dict[str, str]:
    """Return each link's name and target as they are; an entry that is no link has an empty target."""
    folder = root / LINKS
    entries = sorted(folder.iterdir()) if folder.is_dir() else []
    return {entry.name: str(entry.readlink()) if entry.is_symlink() else "" for entry in entries}


def link_problems(root: Path) -> list[str]:
    """Return what differs between the links that are and those that should be."""
    have, want = present(root), wanted(root)
    remedy = "run tools/check_links.py --write"
    problems = [f"{LINKS}/{name}: missing, {remedy}" for name in want if name not in have]
    problems += [f"{LINKS}/{name}: belongs to nothing in the collection, {remedy}" for name in have if name not in want]
    problems += [
        f"{LINKS}/{name}: leads to {have[name] or 'itself'} instead of {target}, {remedy}"
        for name, target in want.items()
        if name in have and have[name] != target
    ]
    return problems


def write_links(root: Path) -> None:
    """Make the links what they should be; refuse to remove anything that is not a link."""
    folder = root / LINKS
    folder.mkdir(parents=True, exist_ok=True)
    have, want = present(root), wanted(root)
    for name in have:
        if have[name] != want.get(name):
            (folder / name).unlink()
    for name, target in want.items():
        if have.get(name) != target:
            (folder / name).symlink_to(target)


def markdown_problems(root: Path) -> list[str]:
    """Return the relative links in Markdown files that lead nowhere."""
    problems = []
    for name in files(root):
        path = root / name
        if path.suffix != ".md" or path.is_symlink():
            continue
        for target in MARKDOWN_TARGET.findall(FENCE.sub("", path.read_text())):
            if re.match(r"[a-z]+:|#", target):
                continue
            if not (path.parent / unquote(target.split("#")[0])).exists():
                problems.append(f"{name}: the link to {target} leads nowhere, correct or remove it")
    return problems


def main(arguments: list[str]) -> int:
    """Check, or write first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="make the links before checking")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(arguments)
    if options.write:
        write_links(options.root)
    return report(link_problems(options.root) + markdown_problems(options.root), "links")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
