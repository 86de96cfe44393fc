# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What programs that tests run find around them: variables, and Python environments of what runs beside Heatdock.

Those come from PyPI and are kept in .cache while their requirements stay.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache"


def without(*prefixes: str) -> dict[str, str]:
    """Return the variables of this process but those whose names begin with one of these."""
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def environment(name: str, requirements: Path, *options: str) -> Path:
    """Return the folder of the environment of this name, made unless it is there; the options are pip's."""
    folder, wanted = CACHE / name, requirements.read_text(encoding="utf-8")
    stamp = folder / "requirements.txt"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            install = [str(folder / "bin/pip"), "install", "-qq", "--no-compile", "--disable-pip-version-check"]
            subprocess.run([*install, *options, "--requirement", str(requirements)], check=True)
            stamp.write_text(wanted, encoding="utf-8")
    return folder
