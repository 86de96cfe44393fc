# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a command line to an exit status: 0 done, 1 failed, 2 used wrongly, 130 interrupted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cli.protocol import Call, understood

FAILED, MISUSED, INTERRUPTED = 1, 2, 130
SCRIPTS = "_DOCKER_HOSTS_COMPLETE"
"""Environment variable by which the shells' own scripts ask for completions."""


def main(arguments: Sequence[str]) -> int:
    """Run the plugin."""
    call = understood(arguments)
    if call.completes:
        from cli.completion import for_docker

        return for_docker(call)
    if instruction := os.environ.get(SCRIPTS):
        from cli.completion import for_shell

        return for_shell(instruction)
    return _run(call)


def _run(call: Call) -> int:
    """Run a command; whatever goes wrong is one sentence on standard error."""
    from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
    from click import Abort, ClickException
    from click.exceptions import Exit

    from cli.group import commands
    from cli.sentences import sentence

    try:
        status = commands.main(list(call.arguments), prog_name=call.program, standalone_mode=False)
        sys.stdout.flush()
    except Exit as ended:
        return ended.exit_code
    except ClickException as error:
        return _say(call, sentence(error, call.program), error.exit_code)
    except HeatdockError as error:
        return _say(call, str(error), FAILED)
    except (Abort, KeyboardInterrupt):
        return _say(call, "interrupted", INTERRUPTED)
    except BrokenPipeError:  # whoever read has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status if isinstance(status, int) else 0


def _say(call: Call, text: str, status: int) -> int:
    print(f"{call.program}: {text}", file=sys.stderr)
    return status
