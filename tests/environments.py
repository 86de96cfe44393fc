# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Python environments of what tests run beside Heatdock, from PyPI, kept in .cache while their requirements stay."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".cache"


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
