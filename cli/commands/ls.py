# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docker hosts ls."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli import output
from cli.hosts import FIELDS, Host
from cli.read import the_cloud

COLUMNS = [field for field in FIELDS if field != "Declared"]
FILTERS = {"name": "Name", "state": "State", "cloud": "Cloud"}
_FORMAT = "table, json, or a template, such as '{{.Name}} {{.URL}}'; with table before it, under a heading."


@click.command()
@click.option("-q", "--quiet", is_flag=True, help="Names alone.")
@click.option("-f", "--filter", "filters", metavar="FIELD=VALUE", multiple=True, help=f"Of {', '.join(FILTERS)}.")
@click.option("--format", "template", metavar="FORMAT", default="table", help=_FORMAT)
def command(quiet: bool = False, filters: Sequence[str] = (), template: str = "table") -> None:
    """List the hosts: the local daemon, those in the cloud, and those that are only declared.

    Fields are Name, Active, State, URL, Engine, Cloud, Address, Errors and Declared.
    """
    wanted = [_wanted(text) for text in filters]
    hosts = [host for host in the_cloud().hosts() if all(_fits(host, *item) for item in wanted)]
    rows = [host.shown() for host in hosts]
    if quiet:
        output.show(rows, "{{.Name}}")
    elif template == "table":
        output.show_table(rows, COLUMNS)
    else:
        output.show(rows, template)


def _wanted(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if name not in FILTERS or not equals:
        raise click.BadParameter(
            f'"{text}" is no filter; write one of {", ".join(FILTERS)}, =, and a value', param=_filter()
        )
    return FILTERS[name], value


def _filter() -> click.Parameter:
    return next(item for item in command.params if item.name == "filters")


def _fits(host: Host, field: str, value: str) -> bool:
    return value.casefold() in str(getattr(host, field)).casefold()
