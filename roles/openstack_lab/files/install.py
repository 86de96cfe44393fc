#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside the container: write the files (JSON: path, content, group, mode) of standard input; print what changed."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any


def is_current(path: Path, file: dict[str, Any]) -> bool:
    """Tell whether the file has its content, group and mode."""
    if not path.exists() or path.read_text(encoding="utf-8") != file["content"]:
        return False
    return path.group() == file.get("group", "root") and path.stat().st_mode & 0o7777 == mode_of(file)


def mode_of(file: dict[str, Any]) -> int:
    """Return the permissions; secrets are for root and the service."""
    return int(file.get("mode", "0640"), 8)


def install(file: dict[str, Any]) -> bool:
    """Write one file when it differs."""
    path = Path(file["path"])
    if is_current(path, file):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(file["content"], encoding="utf-8")
    shutil.chown(fresh, "root", file.get("group", "root"))
    fresh.chmod(mode_of(file))
    fresh.replace(path)
    return True


def main() -> int:
    """Write all files."""
    print("\n".join(file["path"] for file in json.load(sys.stdin) if install(file)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
