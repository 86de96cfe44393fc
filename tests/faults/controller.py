# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the module in a process of its own, forked from one that has imported everything: hundreds of runs start fast."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import sys
from typing import TYPE_CHECKING, Any

from tests.scale.modules import PACKAGE, ROOT, Result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

MODULE = f"{PACKAGE}.docker_hosts"
FORKS = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Have the process that is forked from import the module."""
    sys.path.insert(0, str(ROOT / "collections"))
    FORKS.set_forkserver_preload([MODULE, "keystoneauth1.loading", "openstack.config", "requests"])


def start(arguments: Mapping[str, Any], environment: Mapping[str, str], output: Path) -> ForkServerProcess:
    """Start the module; what it prints goes to `output`, its errors beside it."""
    process = FORKS.Process(target=_be_the_module, args=(dict(arguments), dict(environment), output), daemon=True)
    process.start()
    return process


def result(process: ForkServerProcess, output: Path) -> Result:
    """Wait for a started module."""
    process.join()
    lines = [line for line in output.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return Result(json.loads(lines[-1]) if lines else {}, _errors(output).read_text(encoding="utf-8"))


def _errors(output: Path) -> Path:
    return output.with_suffix(".err")


def _be_the_module(arguments: dict[str, Any], environment: dict[str, str], output: Path) -> None:
    from ansible.module_utils import basic  # noqa: PLC0415 - in the forked process, where it is the module's own

    for path, number in ((output, 1), (_errors(output), 2)):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.update(environment)
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    importlib.import_module(MODULE).main()
