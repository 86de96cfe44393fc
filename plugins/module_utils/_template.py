# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read a HOT template and resolve it symbolically, as Heat's engine would.

Parameters, conditions and intrinsic functions become values. What only the engine can know (a
resource's id or attribute, a yaql expression over one) stays as a Call, which compares by structure.
Nothing here talks to a cloud.

PRIVATE to the collection.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted
from ansible_collections.heatdock.hosts.plugins.module_utils._yaml import SafeLoader, yaml

Value = Any
"""A piece of a template, resolved or not: any JSON value, or one that holds Calls."""

ABSENT = object()
"""A value that `if` without an else removed: as if it had not been written."""

VERSION = "heat_template_version"

OUTER = "outer"
"""The function of a Call that stands in a nested stack for what only its parent's Call can tell."""

TEMPLATE_SUFFIXES = (".yaml", ".template")
"""How the name of a file ends that is a resource's type."""

RESOURCE_SECTIONS = ("properties", "metadata", "depends_on", "deletion_policy", "update_policy", "external_id")
REFERENCES = ("get_resource", "get_attr")
OF_MEMBERS = ("attributes", "outputs", "outputs_list")
"""Attributes of a group that give one of its members' attributes."""
INPUTS_TAG_PREFIX = "heatdock-inputs-"
HIDDEN_BY_HEAT = "******"
"""What Heat shows in place of a hidden parameter's value."""


@dataclass
class Call:
    """An intrinsic function that only Heat can resolve, its arguments resolved as far as possible."""

    function: str
    arguments: Any


@dataclass
class Source:
    """A template with everything that gives it values."""

    template: dict[str, Any]
    parameters: dict[str, Any] = field(default_factory=dict)
    parameter_defaults: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    stack_name: str = ""
    registry: dict[str, Any] = field(default_factory=dict)
    event_sinks: list[Any] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, Any]:
        """Return what Heat calls the environment."""
        sections = {
            "parameters": self.parameters,
            "parameter_defaults": self.parameter_defaults,
            "resource_registry": self.registry,
            "event_sinks": self.event_sinks,
        }
        return {name: content for name, content in sections.items() if content or name == "parameters"}


@dataclass
class Resource:
    """One enabled resource of a resolved template."""

    name: str
    type: str
    sections: dict[str, Any]
    description: str = ""

    @property
    def properties(self) -> dict[str, Any]:
        """Return the resolved properties."""
        return self.sections.get("properties") or {}


def declared_source(template: dict[str, Any], host: dict[str, Any]) -> Source:
    """Return what one declared host's stack is to be: an option left out leaves the template's default."""
    parameters = {name: value for name, value in host.items() if name != "name" and value is not None}
    return Source(template, parameters, stack_name=host["name"])


def load_template(path: str) -> dict[str, Any]:
    """Read a template file; dates stay text, as in Heat."""
    template = read_yaml("template", path)
    if not isinstance(template, dict) or "resources" not in template:
        raise HeatdockError(f"template {path} has no resources section; give the path of a HOT file")
    check_resources(path, template)
    return dict(json.loads(json.dumps(template, default=str)))


def check_resources(path: str, template: dict[str, Any]) -> None:
    """Refuse a template whose resources cannot be read as such."""
    resources = template.get("resources") or {}
    if not isinstance(resources, dict) or any(not isinstance(item, dict) for item in resources.values()):
        raise HeatdockError(f"template {path}: its resources are not a map of maps; correct them")
    untyped = [name for name, item in resources.items() if not isinstance(item.get("type"), str)]
    if untyped:
        raise HeatdockError(f"template {path}: resource {quoted(untyped[0])} has no type; give it one")


def read_yaml(kind: str, path: str) -> Value:
    """Read a YAML file as Heat does; dates stay text."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise HeatdockError(f"{kind} {path} cannot be read ({error.strerror}); correct its path") from error
    except UnicodeDecodeError as error:
        raise HeatdockError(f"{kind} {path} is not a text file; give the path of a YAML file") from error
    try:
        return yaml.load(text, Loader=_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise HeatdockError(f"{kind} {path} is not valid YAML{where}; correct it") from error


def _loader() -> Value:
    """Make a YAML loader that leaves dates as they are written."""
    loader = type("TemplateLoader", (SafeLoader,), {})
    loader.yaml_implicit_resolvers = {  # type: ignore[attr-defined]
        first: [pair for pair in resolvers if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
    }
    return loader


def effective_parameters(source: Source) -> dict[str, Any]:
    """Give every parameter of the template its typed value: given, environment's default, own default."""
    values = {}
    for name, schema in (source.template.get("parameters") or {}).items():
        given = source.parameters.get(name)
        for default in (source.parameter_defaults.get(name), schema.get("default")):
            given = default if given is None else given
        values[name] = typed_parameter(name, schema.get("type", "string"), given)
    return values


def typed_parameter(name: str, kind: str, value: Value) -> Value:
    """Convert a parameter to what get_param yields for its type; what Heat hides becomes something of its kind."""
    if value is None or not is_resolved(value):
        return value
    if value == HIDDEN_BY_HEAT and kind != "comma_delimited_list":
        return {HIDDEN_BY_HEAT: HIDDEN_BY_HEAT} if kind == "json" else HIDDEN_BY_HEAT
    try:
        return _PARAMETER_TYPES.get(kind, str)(value)
    except (TypeError, ValueError) as error:
        raise HeatdockError(f'parameter {name} is not a {kind}: "{value}"; correct it') from error


def _number(value: Value) -> int | float:
    if isinstance(value, (int, float)):
        return value
    return int(value) if str(value).lstrip("+-").isdigit() else float(value)


def _boolean(value: Value) -> bool:
    text = str(value).strip().lower()
    if text in ("1", "t", "true", "on", "y", "yes"):
        return True
    if text in ("0", "f", "false", "off", "n", "no"):
        return False
    raise ValueError(text)


def _comma_list(value: Value) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return str(value).split(",") if value != "" else []


def _json_value(value: Value) -> Value:
    text = value if isinstance(value, str) else json.dumps(value)
    return json.loads(text) if text else text


_PARAMETER_TYPES: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "number": _number,
    "boolean": _boolean,
    "comma_delimited_list": _comma_list,
    "json": _json_value,
}


def missing_parameters(source: Source) -> list[str]:
    """Name the parameters that have neither a value nor a default."""
    return [name for name, value in effective_parameters(source).items() if value is None]


def hidden_parameters(template: dict[str, Any]) -> set[str]:
    """Name the parameters whose values must not be shown."""
    parameters = template.get("parameters") or {}
    return {name for name, schema in parameters.items() if _boolean(schema.get("hidden", False))}


def inputs_digest(source: Source) -> str:
    """Digest what a stack is declared to be: the templates' content and the parameters' values."""
    inputs = [*content_of(source), effective_parameters(source)]
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def content_of(source: Source) -> list[Any]:
    """Return what a stack's templates say, wherever their files lie: each address gives way to what it holds."""
    aliases = {
        key: value
        for key, value in source.registry.items()
        if key not in (value, "base_url") and value not in ({}, None)
    }
    own = source.template.get("parameters") or {}
    for_nested = {key: value for key, value in source.parameter_defaults.items() if key not in own}
    return [_content(part, source.files) for part in (source.template, aliases, for_nested, source.event_sinks)]


def _content(value: Value, files: dict[str, str], above: tuple[str, ...] = ()) -> Value:
    if isinstance(value, dict):
        return {key: _content(item, files, above) for key, item in value.items()}
    if isinstance(value, list):
        return [_content(item, files, above) for item in value]
    if not isinstance(value, str) or value not in files or value in above:
        return value
    template = read_nested(files[value])
    return files[value] if template is None else _content(template, files, (*above, value))


def read_nested(text: str) -> dict[str, Any] | None:
    """Read a file as a nested stack's template; None for one that is none."""
    if VERSION not in text:
        return None
    try:
        read = json.loads(text) if text.startswith("{") else yaml.load(text, Loader=_loader())
    except (ValueError, yaml.YAMLError):
        return None
    return dict(json.loads(json.dumps(read, default=str))) if isinstance(read, dict) and VERSION in read else None


def inputs_tag(source: Source) -> str:
    """Return the tag that says which inputs a stack was made from (80 characters, Heat's limit)."""
    return INPUTS_TAG_PREFIX + inputs_digest(source)


def references(value: Value) -> Iterator[tuple[str, str | None]]:
    """Yield each (resource, attribute) a resolved value refers to; get_resource has no attribute."""
    if isinstance(value, Call):
        if value.function in REFERENCES:
            yield _referred(value)
        yield from references(value.arguments)
    elif isinstance(value, dict):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def _referred(call: Call) -> tuple[str, str | None]:
    if call.function == "get_resource":
        return str(call.arguments), None
    resource, *attribute = call.arguments
    if len(attribute) > 1 and attribute[0] in OF_MEMBERS:
        attribute = attribute[1:]
    return str(resource), str(attribute[0]) if attribute else "*"


def is_resolved(value: Value) -> bool:
    """Tell whether a value holds no Call."""
    if isinstance(value, dict):
        return all(is_resolved(item) for item in value.values())
    if isinstance(value, list):
        return all(is_resolved(item) for item in value)
    return not isinstance(value, Call)


def plain(value: Value) -> Value:
    """Turn Calls back into the form they are written in, for showing."""
    if isinstance(value, Call):
        return value.arguments[0] if value.function == OUTER else {value.function: plain(value.arguments)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


class Resolver:
    """Resolve one template with its parameters."""

    def __init__(self, source: Source) -> None:
        """Take the source; nothing is resolved yet."""
        self._source = source
        self._parameters = effective_parameters(source)
        self._conditions = source.template.get("conditions") or {}
        self._decided: dict[str, bool] = {}

    def resources(self) -> dict[str, Resource]:
        """Return the resources whose condition holds."""
        snippets = self._source.template.get("resources") or {}
        return {name: self._resource(name, snippet) for name, snippet in snippets.items() if self._enabled(snippet)}

    def outputs(self) -> dict[str, Any]:
        """Return the outputs whose condition holds."""
        outputs = self._source.template.get("outputs") or {}
        return {name: self.value(output.get("value")) for name, output in outputs.items() if self._enabled(output)}

    def _enabled(self, snippet: dict[str, Any]) -> bool:
        return "condition" not in snippet or self.holds(snippet["condition"])

    def _resource(self, name: str, snippet: dict[str, Any]) -> Resource:
        sections = {}
        for section in RESOURCE_SECTIONS:
            value = self.value(snippet.get(section))
            if section == "depends_on" and isinstance(value, str):
                value = [value]
            if value is not None and value is not ABSENT:
                sections[section] = value
        if "condition" in snippet:
            sections["condition"] = snippet["condition"]
        return Resource(name, snippet["type"], sections, snippet.get("description") or "")

    def holds(self, condition: Value) -> bool:
        """Decide a condition: a name, a boolean or a condition function."""
        if isinstance(condition, bool):
            return condition
        if isinstance(condition, str):
            if condition not in self._decided:
                if condition not in self._conditions:
                    raise HeatdockError(f'condition "{condition}" is not defined in the template; define it')
                self._decided[condition] = self.holds(self._conditions[condition])
            return self._decided[condition]
        value = self._condition_function(condition)
        if not isinstance(value, bool):
            raise HeatdockError(f"condition {json.dumps(plain(condition), default=str)} cannot be decided here")
        return value

    def _condition_function(self, condition: Value) -> Value:
        if isinstance(condition, dict) and len(condition) == 1:
            function, arguments = next(iter(condition.items()))
            if function == "not":
                return not self.holds(arguments)
            if function in ("and", "or"):
                verdicts = [self.holds(argument) for argument in arguments]
                return all(verdicts) if function == "and" else any(verdicts)
        return self.value(condition)

    def value(self, snippet: Value) -> Value:
        """Resolve any piece of the template."""
        if isinstance(snippet, dict):
            if len(snippet) == 1:
                function, arguments = next(iter(snippet.items()))
                if function in _FUNCTIONS:
                    return self._call(function, arguments)
            resolved = {key: self.value(item) for key, item in snippet.items()}
            return {key: item for key, item in resolved.items() if item is not ABSENT}
        if isinstance(snippet, list):
            return [item for item in map(self.value, snippet) if item is not ABSENT]
        return snippet

    def _call(self, function: str, arguments: Value) -> Value:
        if function == "if":
            return self._choose(arguments)
        resolved = self.value(arguments)
        if function == "get_param":
            return self._parameter(resolved)
        if function == "get_file":
            return self._source.files.get(resolved, Call(function, resolved))
        evaluate = _FUNCTIONS[function]
        if evaluate is None or not is_resolved(resolved):
            return _partly_joined(function, resolved) if function in _JOINING else Call(function, resolved)
        try:
            return evaluate(resolved)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            return Call(function, resolved)

    def _choose(self, arguments: list[Any]) -> Value:
        condition, *values = arguments
        if self.holds(condition):
            return self.value(values[0])
        return self.value(values[1]) if len(values) > 1 else ABSENT

    def _parameter(self, arguments: Value) -> Value:
        name, *path = arguments if isinstance(arguments, list) else [arguments]
        if name == "OS::stack_name":
            return self._source.stack_name
        if name not in self._parameters:
            return Call("get_param", arguments)
        value = self._parameters[name]
        try:
            for key in path:
                value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, TypeError, ValueError):
            return ""
        return value


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    return str(value)


def _str_replace(arguments: Value) -> str:
    params = arguments["params"]
    keys = sorted(sorted(params), key=len, reverse=True)

    def replace(text: str, remaining: list[str]) -> str:
        if not remaining:
            return text
        pieces = text.split(remaining[0])
        return _text(params[remaining[0]]).join(replace(piece, remaining[1:]) for piece in pieces)

    return replace(arguments["template"], keys)


def _list_join(arguments: Value) -> str:
    delimiter, *lists = arguments
    return str(delimiter.join(_text(item) for items in lists for item in items or []))


def _str_split(arguments: Value) -> Value:
    delimiter, text, *index = arguments
    if text is None:
        return None
    pieces = text.split(delimiter)
    return pieces[int(index[0])] if index else pieces


def _repeat(arguments: Value) -> list[Any]:
    keys = list(arguments["for_each"])
    lists = [list(values or []) for values in arguments["for_each"].values()]
    rounds = itertools.product(*lists) if arguments.get("permutations", True) else zip(*lists, strict=True)
    return [_substituted(arguments["template"], dict(zip(keys, values, strict=True))) for values in rounds]


def _substituted(template: Value, replacements: dict[str, str]) -> Value:
    if isinstance(template, str):
        for key, value in replacements.items():
            template = template.replace(key, value)
        return template
    if isinstance(template, list):
        return [_substituted(item, replacements) for item in template]
    if isinstance(template, dict):
        return {_substituted(key, replacements): _substituted(item, replacements) for key, item in template.items()}
    return template


def _map_merge(arguments: Value) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for item in arguments:
        merged.update(item or {})
    return merged


def _map_replace(arguments: Value) -> dict[str, Any]:
    values, replacements = arguments
    keys = replacements.get("keys") or {}
    texts = replacements.get("values") or {}
    return {keys.get(key, key): _looked_up(texts, item) for key, item in values.items()}


def _looked_up(texts: dict[Any, Any], item: Value) -> Value:
    try:
        return texts.get(item, item)
    except TypeError:
        return item


def _list_concat(arguments: Value) -> list[Any]:
    return [item for items in arguments for item in items or []]


def _partly_joined(function: str, parts: Value) -> Value:
    """Join what can be joined of lists or maps some of which only Heat can tell, so that equal ones look alike."""
    known = (Call, _JOINING[function])
    if not isinstance(parts, list) or any(part and not isinstance(part, known) for part in parts):
        return Call(function, parts)
    joined: list[Any] = []
    for part in filter(None, parts):
        if joined and not isinstance(part, Call) and not isinstance(joined[-1], Call):
            joined[-1] = joined[-1] + part if isinstance(part, list) else joined[-1] | part
        else:
            joined.append(part)
    return joined[0] if len(joined) == 1 else Call(function, joined)


def _list_concat_unique(arguments: Value) -> list[Any]:
    unique: list[Any] = []
    for item in _list_concat(arguments):
        if item not in unique:
            unique.append(item)
    return unique


def _filter(arguments: Value) -> Value:
    values, sequence = arguments
    return [item for item in sequence if item not in values] if sequence and values else sequence


def _digest(arguments: Value) -> str:
    algorithm, value = arguments
    return hashlib.new(algorithm, value.encode("latin-1")).hexdigest()


def _equals(arguments: Value) -> bool:
    first, second = arguments
    return bool(first == second)


def _contains(arguments: Value) -> bool:
    value, sequence = arguments
    return value in sequence


_JOINING: dict[str, type] = {"list_concat": list, "map_merge": dict}
"""The functions that join lists or maps, one after the other."""

_FUNCTIONS: dict[str, Callable[[Any], Any] | None] = {
    "get_param": None,
    "get_resource": None,
    "get_attr": None,
    "get_file": None,
    "if": None,
    "yaql": None,
    "make_url": None,
    "resource_facade": None,
    "str_replace": _str_replace,
    "str_replace_strict": _str_replace,
    "str_replace_vstrict": _str_replace,
    "list_join": _list_join,
    "str_split": _str_split,
    "repeat": _repeat,
    "map_merge": _map_merge,
    "map_replace": _map_replace,
    "list_concat": _list_concat,
    "list_concat_unique": _list_concat_unique,
    "filter": _filter,
    "digest": _digest,
    "equals": _equals,
    "contains": _contains,
}
"""The functions of HOT; None stands for what is not evaluated here or handled by the resolver itself."""
