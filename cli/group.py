# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands, each a module of `cli.commands` that is imported when it is run."""

from __future__ import annotations

import os
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING

import click
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import quoted, suggestion
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from typing import Any

COMMANDS = {
    "active": "Show which host is the active one",
    "completion": "Print the script that completes commands in a shell",
    "create": "Make a host, and make it the active one",
    "env": "Print the environment that points other tools at a host",
    "import": "Declare the hosts of docker-machine, and make docker contexts of them",
    "inspect": "Show all that is known of hosts",
    "ip": "Show the address of hosts",
    "kill": "Stop hosts without waiting for what runs in them",
    "logs": "Show what Heat did with a host, and its console",
    "ls": "List the hosts, what docker hosts alone does, too",
    "mount": "Mount a folder of a host, by sshfs",
    "plan": "Show what would change if hosts were made as they are declared",
    "provision": "Bring hosts to what is declared, and configure them",
    "regenerate-certs": "Make the certificates of hosts and of their clients anew",
    "restart": "Restart hosts",
    "rm": "Remove hosts",
    "scp": "Copy files from and to hosts",
    "ssh": "Log in to a host, or run a command there",
    "start": "Start hosts",
    "status": "Show the state of hosts",
    "stop": "Stop hosts",
    "upgrade": "Bring the newest engine to hosts",
    "url": "Show the URL of dockerd on hosts",
    "use": "Make a host the active one",
    "version": "Show the versions of the plugin and of a host's engine",
}
"""Each command, and what it does in a few words."""
ALIASES = {"list": "ls", "remove": "rm"}


class Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own
        """Name the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        name = ALIASES.get(cmd_name, cmd_name)
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_")
        word = f"{module}_" if iskeyword(module) else module
        found: click.Command = import_module(f"cli.commands.{word}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a command line; a misspelt one is told with those that are like it."""
        if args and args[0] not in COMMANDS and args[0] not in ALIASES:
            ctx.fail(f"there is no command {quoted(args[0])}; {suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without importing them."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]


def _into_environment(_context: click.Context, option: click.Parameter, value: str | None) -> None:
    """Hand a choice to all that is started, as its own variable there."""
    if value:
        os.environ[ENVIRONMENT[str(option.name)]] = value


ENVIRONMENT = {"config": "DOCKER_CONFIG", "context": "DOCKER_CONTEXT", "host": "DOCKER_HOST", "cloud": "OS_CLOUD"}
ENVIRONMENT["fleet"] = "HEATDOCK_FLEET"


def _handed_on(*names: str, text: str, metavar: str) -> Any:
    return click.option(*names, metavar=metavar, help=text, callback=_into_environment, expose_value=False)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_handed_on("--fleet", metavar="DIR", text="Folder of the fleet: its ansible.cfg and inventory/hosts.yml.")
@_handed_on("--cloud", metavar="NAME", text="Cloud of clouds.yaml, in place of the fleet's.")
@_handed_on("-c", "--context", metavar="NAME", text="Context that counts as the active one.")
@_handed_on("-H", "--host", metavar="URL", text="Daemon that counts as the active one.")
@_handed_on("--config", metavar="DIR", text="Configuration of the docker client.")
@click.option("-D", "--debug", is_flag=True, hidden=True, expose_value=False)
@click.option("-l", "--log-level", hidden=True, expose_value=False)
@click.option("--tls", is_flag=True, hidden=True, expose_value=False)
@click.option("--tlsverify", is_flag=True, hidden=True, expose_value=False)
@click.option("--tlscacert", hidden=True, expose_value=False)
@click.option("--tlscert", hidden=True, expose_value=False)
@click.option("--tlskey", hidden=True, expose_value=False)
@click.pass_context
def commands(context: click.Context) -> None:
    """Make and manage Docker hosts on OpenStack.

    Without a command it lists them.
    """
    if context.invoked_subcommand is None:
        from cli.commands import ls

        context.invoke(ls.command)
