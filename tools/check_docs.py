#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the documentation where ansible-test and antsibull-docs do not.

They hold descriptions and types of options and return values against their schemas. Here: the examples fit the options
that they show, return values have samples, modules state their attributes, and the Heat templates describe all of
theirs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import yaml

from _repository import ROOT, load_yaml, report
from role_docs import is_template

if TYPE_CHECKING:
    from collections.abc import Iterator

COLLECTION = "heatdock.hosts"
ATTRIBUTES = ("check_mode", "diff_mode", "idempotent")
NO_PLUGINS = ("keyword", "role")
TEMPLATES = Path("heat-templates")

Options = dict[str, dict[str, Any]]
Entries = dict[str, dict[str, Any]]


def documented(root: Path) -> dict[str, Entries]:
    """Return what ansible-doc says of each plugin of the collection, by kind and name."""
    program = Path(sys.executable).with_name("ansible-doc")
    command = [str(program), "--metadata-dump", "--no-fail-on-errors", COLLECTION]
    dump = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=root).stdout
    return {kind: entries for kind, entries in json.loads(dump)["all"].items() if entries and kind not in NO_PLUGINS}


def argument_problems(options: Options, given: dict[str, Any], path: str = "") -> list[str]:
    """Return where the arguments of an example do not fit the documented options."""
    names = {spelling: name for name, option in options.items() for spelling in (name, *option.get("aliases", []))}
    problems = [f"has no option {path}{key}" for key in given if key not in names]
    present = {names.get(key) for key in given}
    problems += [
        f"requires the option {path}{name}"
        for name, option in options.items()
        if option.get("required") and name not in present
    ]
    for key, value in given.items():
        problems += value_problems(options[names[key]], value, f"{path}{key}") if key in names else []
    return problems


def value_problems(option: dict[str, Any], value: object, path: str) -> list[str]:
    """Return where one argument does not fit its option; a template may be anything."""
    problems = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and is_template(item):
            continue
        if "choices" in option and item not in option["choices"]:
            problems.append(f"has no choice {item!r} for {path}")
        if "suboptions" in option and isinstance(item, dict):
            problems += argument_problems(option["suboptions"], item, f"{path}.")
    return problems


def uses(node: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each use of one of the collection's modules in tasks or plays, with its arguments."""
    if isinstance(node, dict):
        for key, value in node.items():
            if str(key).startswith(f"{COLLECTION}."):
                yield key, value or {}
            else:
                yield from uses(value)
    elif isinstance(node, list):
        for item in node:
            yield from uses(item)


def example_problems(kind: str, name: str, entry: dict[str, Any], modules: Entries) -> list[str]:
    """Return what is wrong with the examples of one plugin."""
    text = entry.get("examples") or ""
    if name not in text:
        return [f"{name}: no example names it in full, add one"]
    try:
        documents = list(yaml.safe_load_all(text))
        jinja2.Environment(autoescape=True).parse(text)
    except (yaml.YAMLError, jinja2.TemplateSyntaxError) as error:
        return [f"{name}: the examples do not parse, correct them: {' '.join(str(error).split())}"]
    shown = [(name, document) for document in documents] if kind == "inventory" else list(uses(documents))
    problems = []
    for used, arguments in shown:
        documentation = entry["doc"] if kind == "inventory" else modules.get(used, {}).get("doc")
        if documentation is None:
            problems.append(f"{name}: an example uses {used}, which is no module, correct the name")
            continue
        found = argument_problems(documentation.get("options", {}), arguments)
        problems += [f"{name}: {used} {problem}, correct the example" for problem in found]
    return problems


def return_problems(values: Options, path: str = "") -> Iterator[str]:
    """Yield the return values without a sample, of their own or of what they contain."""
    for key, value in values.items():
        if value.get("contains"):
            yield from return_problems(value["contains"], f"{path}{key}.")
        elif "sample" not in value:
            yield f"{path}{key}"


def plugin_problems(plugins: dict[str, Entries]) -> list[str]:
    """Return what is wrong with the documentation of all plugins."""
    problems = []
    for kind, entries in plugins.items():
        for name, entry in entries.items():
            if "error" in entry:
                problems.append(f"{name}: ansible-doc cannot read it: {' '.join(entry['error'].split())}")
                continue
            problems += example_problems(kind, name, entry, plugins.get("module", {}))
            missing = return_problems(entry.get("return") or {})
            problems += [f"{name}: return value {value} has no sample, add one" for value in missing]
            if kind == "module":
                unstated = [key for key in ATTRIBUTES if key not in entry["doc"].get("attributes", {})]
                problems += [f"{name}: does not state its attribute {key}, add it" for key in unstated]
    return problems


def template_problems(name: str, template: dict[str, Any]) -> list[str]:
    """Return what a Heat template does not describe."""
    problems = [] if template.get("description") else [f"{name}: has no description, add one"]
    for section, keys in (("parameters", ("label", "description")), ("outputs", ("description",))):
        for entry, definition in template.get(section, {}).items():
            problems += [f"{name}: {section}.{entry} has no {key}, add one" for key in keys if not definition.get(key)]
    return problems


def environment_problems(name: str, environment: dict[str, Any], parameters: set[str]) -> list[str]:
    """Return the parameters of an environment that no template has."""
    given = environment.get("parameters", {})
    return [f"{name}: no template has the parameter {key}" for key in given if key not in parameters]


def heat_problems(root: Path) -> list[str]:
    """Return what is wrong with the Heat templates and their example environments."""
    folder = root / TEMPLATES
    templates = {path.name: load_yaml(path) for path in sorted(folder.glob("*.yaml"))}
    problems = [problem for name, template in templates.items() for problem in template_problems(name, template)]
    parameters = {key for template in templates.values() for key in template.get("parameters", {})}
    for path in sorted(folder.glob("environments/*.yaml")):
        problems += environment_problems(f"environments/{path.name}", load_yaml(path), parameters)
    return problems


def main(arguments: list[str]) -> int:
    """Check the checkout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(arguments)
    problems = plugin_problems(documented(options.root)) + heat_problems(options.root)
    return report(problems, "examples, samples, attributes and templates")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
