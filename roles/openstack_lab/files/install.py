#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside the container: write the files (JSON: path, group, content) on standard input; print those that changed."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any


def install(file: dict[str, Any]) -> bool:
    """Write one file when it differs."""
    path = Path(file["path"])
    if path.exists() and path.read_text(encoding="utf-8") == file["content"]:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(file["content"], encoding="utf-8")
    shutil.chown(fresh, "root", file.get("group", "root"))
    fresh.chmod(int(file.get("mode", "0640"), 8))
    fresh.replace(path)
    return True


def main() -> int:
    """Write all files."""
    print("\n".join(file["path"] for file in json.load(sys.stdin) if install(file)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
