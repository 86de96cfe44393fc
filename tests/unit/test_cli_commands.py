# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each command that docker hosts lists is there, and explains itself."""

from __future__ import annotations

import click
import pytest

from cli.group import COMMANDS, Commands


@pytest.mark.parametrize("name", COMMANDS)
def test_command_that_is_listed_is_there(name: str) -> None:
    group = Commands()
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.help
