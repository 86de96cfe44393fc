#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate the option table of each role's README.md from meta/argument_specs.yml, and hold the defaults against it.

The specification is the truth: an option is either required, or has the same default there and in defaults/main.yml. A
default that is a template may be stated in defaults/main.yml only. The table stands between the two marker lines.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from _repository import ROOT, load_yaml, report

BEGIN = "<!-- options: generated from meta/argument_specs.yml by tools/role_docs.py, do not edit -->"
END = "<!-- end of options -->"
SPECIFICATION = Path("meta/argument_specs.yml")
DEFAULTS = Path("defaults/main.yml")

Options = dict[str, dict[str, Any]]


def load(path: Path) -> dict[str, Any]:
    """Return what a YAML file holds, nothing if there is no such file."""
    return (load_yaml(path) or {}) if path.exists() else {}


def is_template(value: object) -> bool:
    """Say whether a default, or anything in it, is a Jinja expression."""
    return "{{" in str(value)


def default_problems(role: str, options: Options, defaults: dict[str, Any]) -> list[str]:
    """Return where the specification and the defaults disagree."""
    problems = [
        f"{role}: {name} is in {DEFAULTS} but not in {SPECIFICATION}, describe it there"
        for name in defaults
        if name not in options
    ]
    for name, option in options.items():
        problem = option_problem(option, name in defaults, defaults.get(name))
        if problem:
            problems.append(f"{role}: {name} {problem}")
    return problems


def option_problem(option: dict[str, Any], has_default: bool, default: object) -> str:
    """Return what is wrong between one option's specification and its default."""
    if option.get("required"):
        return f"is required but has a default in {DEFAULTS}, drop one of them" if has_default else ""
    if not has_default:
        return f"is not required but has no default in {DEFAULTS}, add it"
    if "default" not in option:
        optional = default is None or is_template(default)
        return "" if optional else f"has no default in {SPECIFICATION}, add {default!r}"
    if option["default"] != default:
        return f"is {option['default']!r} in {SPECIFICATION} but {default!r} in {DEFAULTS}, make them equal"
    return ""


def to_markdown(text: str) -> str:
    """Turn Ansible's documentation markup into Markdown that fits a table cell."""
    text = re.sub(r"\b[CEMOPVRG]\(((?:\\.|[^)\\])+)\)", r"`\1`", text)
    text = re.sub(r"\bB\(([^)]+)\)", r"**\1**", text)
    text = re.sub(r"\bI\(([^)]+)\)", r"*\1*", text)
    text = re.sub(r"\bU\(([^)]+)\)", r"<\1>", text)
    text = re.sub(r"\bL\(([^,]+), *([^)]+)\)", r"[\1](\2)", text)
    return " ".join(text.replace("|", "\\|").split())


def type_of(option: dict[str, Any]) -> str:
    """Return an option's type in words."""
    kind = str(option.get("type", "str"))
    return f"{kind} of {option['elements']}" if "elements" in option else kind


def default_of(option: dict[str, Any], default: object) -> str:
    """Return the table cell that states an option's default."""
    if option.get("required"):
        return "*required*"
    if default is None:
        return ""
    shown = json.dumps(default) if isinstance(default, (bool, list, dict)) else str(default) or '""'
    return f"`{' '.join(shown.split())}`".replace("|", "\\|")


def description_of(option: dict[str, Any]) -> str:
    """Return the table cell that describes an option."""
    stated = option.get("description", "")
    lines = [stated] if isinstance(stated, str) else stated
    if "choices" in option:
        lines = [*lines, "One of " + ", ".join(f"`{choice}`" for choice in option["choices"]) + "."]
    return to_markdown(" ".join(lines))


def rows(options: Options, defaults: dict[str, Any], prefix: str = "") -> list[str]:
    """Return the table's lines, an option's own options after it."""
    lines = []
    for name, option in options.items():
        default = default_of(option, defaults.get(name, option.get("default")))
        lines.append(f"| `{prefix}{name}` | {type_of(option)} | {default} | {description_of(option)} |")
        lines += rows(option.get("options", {}), {}, f"{prefix}{name}.")
    return lines


def table(entry_points: dict[str, dict[str, Any]], defaults: dict[str, Any]) -> str:
    """Return the generated part of a README.md: one table for each entry point that has options."""
    parts = [BEGIN]
    for name, entry_point in entry_points.items():
        options = entry_point.get("options", {})
        if name != "main":
            parts += ["", f"### Entry point `{name}`", "", description_of(entry_point)]
        if options:
            parts += ["", "| Variable | Type | Default | Meaning |", "|---|---|---|---|", *rows(options, defaults)]
        elif name == "main":
            parts += ["", "The role has no variables."]
    return "\n".join([*parts, "", END])


def with_table(readme: str, generated: str) -> str | None:
    """Return the README with its generated part replaced, nothing if it lacks the markers."""
    if BEGIN not in readme or END not in readme:
        return None
    before, rest = readme.split(BEGIN, 1)
    return before + generated + rest.split(END, 1)[1]


def readme_problem(role: Path, generated: str, check: bool) -> list[str]:
    """Bring a role's README.md up to date, or say that it is not."""
    path = role / "README.md"
    if not path.exists():
        return [f"{role.name}: README.md is missing, write it with the lines '{BEGIN}' and '{END}'"]
    current = path.read_text()
    expected = with_table(current, generated)
    if expected is None:
        return [f"{role.name}: README.md lacks the lines '{BEGIN}' and '{END}', add them where the options belong"]
    if expected == current:
        return []
    if check:
        return [f"{role.name}: the option table in README.md is stale, run tools/role_docs.py"]
    path.write_text(expected)
    return []


def role_problems(role: Path, check: bool) -> list[str]:
    """Return the problems of one role."""
    entry_points = load(role / SPECIFICATION).get("argument_specs", {})
    if not entry_points:
        return [f"{role.name}: {SPECIFICATION} is missing or empty, describe the role's options there"]
    defaults = load(role / DEFAULTS)
    options = {name: option for entry in entry_points.values() for name, option in entry.get("options", {}).items()}
    return default_problems(role.name, options, defaults) + readme_problem(role, table(entry_points, defaults), check)


def main(arguments: list[str]) -> int:
    """Generate, or check only."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when a README.md is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(arguments)
    roles = sorted(path for path in (options.root / "roles").iterdir() if path.is_dir())
    return report([problem for role in roles for problem in role_problems(role, options.check)], "roles' options")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
