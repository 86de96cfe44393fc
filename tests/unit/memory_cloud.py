# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenStack in memory, as far as the fleet uses it: Heat's stacks with their states, and what can be named.

It answers the same paths as the services with the same fields, recorded from Heat 24, and remembers every call.
A stack is at work for a few looks at it and then ends as the test has it; nothing else happens by itself.
"""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    NoAnswerError,
    NotFoundError,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._template import (
    Call,
    Resolver,
    Source,
    hidden_parameters,
    inputs_tag,
)
from test_plugins_plan import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNREACHABLE = "an endpoint is unreachable (connection reset); check the address and the network"
JUDGED = ("/stacks/preview", "/validate")
"""What Heat is sent to judge it alone."""
LOOKS_AT_WORK = 2
RULES: list[dict[str, Any]] = [
    {"direction": "egress", "ethertype": "IPv4"},
    {"direction": "egress", "ethertype": "IPv6"},
    {"remote_ip_prefix": "10.88.0.0/24", "port": 22},
]
"""The rules of a security group that was made from the template and HOST."""
POWER = {
    "os-start": "ACTIVE",
    "os-stop": "SHUTOFF",
    "reboot": "ACTIVE",
    "unpause": "ACTIVE",
    "confirmResize": "ACTIVE",
    "revertResize": "ACTIVE",
}
"""What a server is after an action of Nova's."""
PROJECT = "p-1"
FOREVER = 10**9
SHOWN = {
    "ports": "OS::Neutron::Port",
    "floatingips": "OS::Neutron::FloatingIP",
    "security_groups": "OS::Neutron::SecurityGroup",
}
"""What Neutron lists of the stacks' resources."""

TEMPLATE: dict[str, Any] = {
    "heat_template_version": "2018-08-31",
    "parameters": {
        "image": {"type": "string"},
        "flavor": {"type": "string"},
        "key_name": {"type": "string"},
        "network": {"type": "string"},
        "floating_network": {"type": "string", "constraints": [{"length": {"min": 1}}]},
        "management_cidrs": {"type": "comma_delimited_list", "constraints": [{"length": {"min": 1}}]},
        "ready_timeout": {"type": "number", "default": 900, "constraints": [{"range": {"min": 60, "max": 43200}}]},
    },
    "resources": {
        "security_group": {
            "type": "OS::Neutron::SecurityGroup",
            "properties": {
                "rules": {
                    "repeat": {
                        "for_each": {"<%cidr%>": {"get_param": "management_cidrs"}},
                        "template": {"remote_ip_prefix": "<%cidr%>", "port": 22},
                    }
                }
            },
        },
        "port": {
            "type": "OS::Neutron::Port",
            "properties": {
                "network": {"get_param": "network"},
                "security_groups": [{"get_resource": "security_group"}],
            },
        },
        "floating_ip": {
            "type": "OS::Neutron::FloatingIP",
            "properties": {
                "floating_network": {"get_param": "floating_network"},
                "port_id": {"get_resource": "port"},
            },
        },
        "ready_handle": {"type": "OS::Heat::WaitConditionHandle"},
        "server": {
            "type": "OS::Nova::Server",
            "properties": {
                "name": {"get_param": "OS::stack_name"},
                "image": {"get_param": "image"},
                "flavor": {"get_param": "flavor"},
                "key_name": {"get_param": "key_name"},
                "networks": [{"port": {"get_resource": "port"}}],
                "image_update_policy": "REPLACE",
                "user_data_update_policy": "IGNORE",
                "user_data": {"get_attr": ["ready_handle", "endpoint"]},
            },
        },
        "ready": {
            "type": "OS::Heat::WaitCondition",
            "depends_on": "server",
            "properties": {"handle": {"get_resource": "ready_handle"}, "timeout": {"get_param": "ready_timeout"}},
        },
    },
    "outputs": {"address": {"value": {"get_attr": ["floating_ip", "floating_ip_address"]}}},
}

HOST: dict[str, Any] = {
    "image": "debian-13",
    "flavor": "docker.small",
    "key_name": "heatdock",
    "network": "private",
    "floating_network": "public",
    "management_cidrs": ["10.88.0.0/24"],
}

COLLECTIONS: dict[tuple[str, str], tuple[str, list[dict[str, Any]]]] = {
    ("image", "/images"): (
        "images",
        [
            {"id": "i-13", "name": "debian-13", "status": "active", "virtual_size": 2**31, "min_ram": 512},
            {"id": "i-14", "name": "debian-14", "status": "active"},
            {"id": "i-15", "name": "debian-15", "status": "queued"},
            {"id": "i-twin-1", "name": "twin", "status": "active"},
            {"id": "i-twin-2", "name": "twin", "status": "active"},
        ],
    ),
    ("compute", "/flavors/detail"): (
        "flavors",
        [
            {"id": "1", "name": "docker.small", "disk": 10, "ram": 1024},
            {"id": "2", "name": "docker.large", "disk": 0, "ram": 4096},
            {"id": "3", "name": "nano", "disk": 1, "ram": 64},
        ],
    ),
    ("compute", "/flavors"): (
        "flavors",
        [{"id": "1", "name": "docker.small"}, {"id": "2", "name": "docker.large"}],
    ),
    ("compute", "/os-keypairs"): ("keypairs", [{"keypair": {"name": "heatdock"}}]),
    ("network", "/networks"): (
        "networks",
        [
            {"id": "n-1", "name": "private", "router:external": False},
            {"id": "n-2", "name": "public", "router:external": True},
        ],
    ),
    ("network", "/subnets"): (
        "subnets",
        [
            {"id": "s-1", "name": "private", "network_id": "n-1", "cidr": "10.0.0.0/24"},
            {"id": "s-2", "name": "private6", "network_id": "n-1", "cidr": "2001:db8::/64"},
            {"id": "s-3", "name": "public", "network_id": "n-2", "cidr": "203.0.113.0/24"},
        ],
    ),
}

CONSTRAINTS = {
    ("OS::Nova::Server", "image"): "glance.image",
    ("OS::Nova::Server", "flavor"): "nova.flavor",
    ("OS::Nova::Server", "key_name"): "nova.keypair",
    ("OS::Neutron::Port", "network"): "neutron.network",
    ("OS::Neutron::FloatingIP", "floating_network"): "neutron.network",
}


def described(resource_type: str) -> dict[str, Any]:
    """Describe a resource type as Heat does."""
    if resource_type not in SCHEMAS:
        raise NotFoundError("the resource type could not be found")
    schema = copy.deepcopy(SCHEMAS[resource_type])
    for (kind, name), constraint in CONSTRAINTS.items():
        if kind == resource_type:
            schema[name]["constraints"] = [{"custom_constraint": constraint}]
    return schema


def declared(name: str = "web1", **changes: Any) -> Source:
    """Return the declaration of one host."""
    return Source(TEMPLATE, {**HOST, **changes}, stack_name=name)


@dataclass
class MemoryStack:
    """One stack as Heat keeps it."""

    id: str
    name: str
    status: str
    body: dict[str, Any]
    reason: str = ""
    ends: str = ""
    looks: int = 0
    culprit: tuple[str, str] | None = None
    made: datetime = field(default_factory=lambda: datetime.now(UTC))
    updates: int = 0
    marked: list[str] = field(default_factory=list)
    given: list[dict[str, Any]] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    noted: dict[str, str] = field(default_factory=dict)
    at_work: str = "ready"
    outputs: dict[str, Any] = field(default_factory=lambda: {"address": "203.0.113.5"})
    project: str = PROJECT

    @property
    def source(self) -> Source:
        """Return what the stack was last given."""
        return Source(self.body["template"], self.body["environment"]["parameters"], stack_name=self.name)

    def start(self, action: str, ends: str, looks: int = LOOKS_AT_WORK) -> None:
        """Be at work for some looks, then end."""
        self.status, self.ends, self.looks = f"{action}_IN_PROGRESS", ends, looks

    def look(self) -> None:
        """Be looked at, which is what makes time pass."""
        if self.looks:
            self.looks -= 1
            if not self.looks:
                self.status = self.ends

    def row(self) -> dict[str, Any]:
        """Show the stack as a listing does."""
        return {
            "id": self.id,
            "stack_name": self.name,
            "stack_status": self.status,
            "stack_status_reason": self.reason or "state changed",
            "creation_time": _time(self.made),
            "updated_time": _time(self.made + timedelta(seconds=self.updates)) if self.updates else None,
            "timeout_mins": self.body.get("timeout_mins"),
            "tags": self.body["tags"].split(",") if self.body.get("tags") else None,
        }

    def shown(self) -> dict[str, Any]:
        """Show the stack as a read of it does."""
        outputs = [{"output_key": key, "output_value": value} for key, value in self.outputs.items()]
        return {**self.row(), "tags": self.row()["tags"] or [], "outputs": outputs, "parameters": self.as_text()}

    def as_text(self) -> dict[str, str]:
        """Return the parameters as a read of the stack has them, each a text."""
        values = {
            name: ",".join(value) if isinstance(value, list) else str(value)
            for name, value in self.shown_parameters().items()
        }
        return {"OS::stack_name": self.name, **values}

    def shown_parameters(self) -> dict[str, Any]:
        """Return the parameters' values, hidden ones as Heat hides them."""
        hidden = hidden_parameters(self.source.template)
        return {name: "******" if name in hidden else value for name, value in self.source.parameters.items()}

    def _shown_status(self, name: str, status: str) -> str:
        return "CHECK_COMPLETE" if name in self.noted else status

    def given_to(self, name: str) -> dict[str, Any]:
        """Return the properties that a resource was made from, IDs in them."""
        return dict(_with_ids(Resolver(self.source).resources()[name].properties, self.id))

    def mark(self, name: str, reason: str, *, unhealthy: bool) -> None:
        """Mark a resource as failed, or take that back."""
        if unhealthy:
            self.marked.append(name)
            self.wrong[name] = reason
        elif name in self.wrong:
            self.marked = [item for item in self.marked if item != name]
            del self.wrong[name]
            self.noted[name] = reason

    def let_pass(self, minutes: int) -> None:
        """Have been made so long ago."""
        self.made -= timedelta(minutes=minutes)

    def resources(self) -> list[dict[str, Any]]:
        """Show the resources, with the one that made the stack fail."""
        action, _, state = self.status.partition("_")
        rows = []
        for name, resource in Resolver(self.source).resources().items():
            failed = self.culprit is not None and self.culprit[0] == name and state == "FAILED"
            at_work = name == self.at_work and state == "IN_PROGRESS"
            status = f"{action}_{'FAILED' if failed else 'IN_PROGRESS' if at_work else 'COMPLETE'}"
            reason = self.culprit[1] if failed and self.culprit else "state changed"
            rows.append(
                {
                    "resource_name": name,
                    "resource_type": resource.type,
                    "resource_status": "CHECK_FAILED" if name in self.wrong else self._shown_status(name, status),
                    "resource_status_reason": self.wrong.get(name, self.noted.get(name, reason)),
                    "physical_resource_id": f"{self.id}-{name}",
                }
            )
        return rows


def _with_ids(value: Any, stack_id: str) -> Any:
    """Put in the IDs of what a value refers to; what else only Heat can tell is its own text."""
    if isinstance(value, Call):
        return f"{stack_id}-{value.arguments}" if value.function == "get_resource" else str(value)
    if isinstance(value, dict):
        return {key: _with_ids(item, stack_id) for key, item in value.items()}
    return [_with_ids(item, stack_id) for item in value] if isinstance(value, list) else value


def _flavors() -> list[dict[str, Any]]:
    return COLLECTIONS["compute", "/flavors/detail"][1]


def _fits(row: dict[str, Any], query: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a row is among those that a query asks for: one of the values of each key."""
    asked = {key: {value for name, value in query if name == key} for key, _value in query if key != "fields"}
    return all(row.get(key) in values for key, values in asked.items())


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class MemoryCloud:
    """The cloud of a test."""

    def __init__(self) -> None:
        """Begin without stacks."""
        self.calls: list[tuple[str, str, str]] = []
        self.stacks: dict[str, MemoryStack] = {}
        self.is_admin = False
        self.fail_create: dict[str, tuple[str, str]] = {}
        self.fail_update: dict[str, tuple[str, str]] = {}
        self.fail_delete: dict[str, int] = {}
        self.hang: set[str] = set()
        self.refuse: dict[str, str] = {}
        self.lose_answer_of: set[str] = set()
        self.deaf_to: set[str] = set()
        self.most_at_work = 0
        self.console = ""
        self.gone: set[str] = set()
        self.actions: list[dict[str, Any]] = []
        self.power: dict[str, str] = {}
        self.rules: dict[str, list[dict[str, Any]]] = {}
        self.live: dict[str, dict[str, Any]] = {}
        self.too_large: set[str] = set()
        self.strangers: dict[str, list[dict[str, Any]]] = {}
        self.made_by_others: list[Source] = []
        self._lock = threading.RLock()

    def project(self) -> str:
        """Name the project."""
        return "demo"

    def project_id(self) -> str:
        """Return the project's ID."""
        return PROJECT

    def pages(
        self, service: str, path: str, key: str, query: Sequence[tuple[str, str]] = ()
    ) -> Iterator[dict[str, Any]]:
        """List a collection."""
        yield from self.call(service, "GET", path, query=query)[key]

    def call(
        self, service: str, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: Any = None
    ) -> Any:
        """Answer one request."""
        with self._lock:
            self.calls.append((service, method, path))
            if method in self.refuse:
                raise HeatdockError(self.refuse[method])
            if method in self.deaf_to:
                raise NoAnswerError(
                    "an endpoint is unreachable (connection refused); check the address and the network"
                )
            answer = self._answer(service, method, path, query, body)
            at_work = sum(stack.status.endswith("_IN_PROGRESS") for stack in self.stacks.values())
            self.most_at_work = max(self.most_at_work, at_work)
        if method in self.lose_answer_of and path not in JUDGED:
            raise NoAnswerError(UNREACHABLE)
        return copy.deepcopy(answer)

    def _answer(self, service: str, method: str, path: str, query: Sequence[tuple[str, str]], body: Any) -> Any:
        if service != "orchestration":
            return self._elsewhere(service, method, path, query, body)
        if path in JUDGED:
            return {}
        if path == "/stacks":
            return self._create(body) if method == "POST" else self._list(query)
        if path.startswith("/resource_types/"):
            return {"properties": described(path.removeprefix("/resource_types/"))}
        _, _, name, stack_id, *rest = path.split("/")
        stack = self.stacks.get(stack_id)
        if stack is None or stack.name != name:
            raise NotFoundError(f"the stack {name} could not be found")
        return self._of_stack(stack, method, rest, body)

    def _elsewhere(
        self, service: str, method: str, path: str, query: Sequence[tuple[str, str]], body: dict[str, Any] | None
    ) -> Any:
        if path.endswith("/os-instance-actions"):
            return {"instanceActions": self.actions}
        if path.startswith("/servers/"):
            return self._server(method, *path.split("/")[2:], body=body)
        if path.startswith("/flavors/") and (service, path) not in COLLECTIONS:
            return {"flavor": next(item for item in _flavors() if item["id"] == path.split("/")[2])}
        _, collection, *rest = path.split("/")
        if method == "PUT":
            strangers = [row for row in self.strangers.get(collection, []) if row["id"] == rest[0]]
            for row in strangers or [self.live.setdefault(rest[0], {})]:
                row.update(next(iter((body or {}).values())))
            return None
        if (service, path) not in COLLECTIONS and (collection := collection.replace("-", "_")) in SHOWN:
            rows = [*self._made(collection), *self.strangers.get(collection, [])]
            return {collection: [row for row in rows if _fits(row, query)]}
        return self._things(service, path, query)

    def _made(self, collection: str) -> Iterator[dict[str, Any]]:
        """Show the resources of one type of all stacks, as they are now."""
        for stack in self.stacks.values():
            for name, resource in Resolver(stack.source).resources().items():
                item_id = f"{stack.id}-{name}"
                if resource.type == SHOWN[collection] and item_id not in self.gone:
                    yield self._shown(item_id, resource.type, stack.given_to(name))

    def _shown(self, item_id: str, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        """Show a resource as it was made, and as it was changed since."""
        stack_id = item_id.rpartition("-")[0]
        as_made: dict[str, dict[str, Any]] = {
            "OS::Neutron::SecurityGroup": {"security_group_rules": self.rules.get(item_id, RULES)},
            "OS::Neutron::Port": {
                "admin_state_up": True,
                "port_security_enabled": True,
                "mac_address": "fa:16:3e:00:00:01",
                "allowed_address_pairs": [],
                "device_id": f"{stack_id}-server",
                "security_groups": given.get("security_groups"),
            },
            "OS::Neutron::FloatingIP": {"floating_ip_address": "203.0.113.5", "port_id": given.get("port_id")},
            "OS::Nova::Server": {
                "status": self.power.get(item_id, "ACTIVE"),
                "name": given.get("name"),
                "metadata": given.get("metadata") or {},
                "flavor": {"id": next((row["id"] for row in _flavors() if row["name"] == given.get("flavor")), "0")},
            },
        }
        return {"id": item_id, **as_made[kind], **self.live.get(item_id, {})}

    def _server(self, method: str, server_id: str, *rest: str, body: dict[str, Any] | None) -> Any:
        if server_id in self.gone:
            raise NotFoundError(f"Instance {server_id} could not be found")
        if rest and rest[0] == "os-interface":
            port = rest[1] if method == "DELETE" else (body or {})["interfaceAttachment"]["port_id"]
            strangers = [row for row in self.strangers.get("ports", []) if row["id"] == port]
            for row in strangers or [self.live.setdefault(port, {})]:
                row["device_id"] = "" if method == "DELETE" else server_id
            return None
        if method == "PUT":
            changed = (body or {}).get("server") or body
            self.live.setdefault(server_id, {}).update(changed or {})
            return None
        if body:
            self._act_on_server(server_id, *next(iter(body.items())))
            return {"output": self.console}
        stack = next((item for item in self.stacks.values() if server_id == f"{item.id}-server"), None)
        given = stack.given_to("server") if stack else {}
        return {"server": self._shown(server_id, "OS::Nova::Server", given)}

    def _act_on_server(self, server_id: str, action: str, options: Any) -> None:
        if action in POWER:
            self.power[server_id] = POWER[action]
        if action == "resize" and options["flavorRef"] not in self.too_large:
            self.live.setdefault(server_id, {})["flavor"] = {"id": options["flavorRef"]}
            self.power[server_id] = "VERIFY_RESIZE"
        if action == "revertResize":
            self.live[server_id].pop("flavor", None)

    def _act(self, stack: MemoryStack, action: str) -> None:
        if action == "resume":
            stack.start("RESUME", "RESUME_COMPLETE")
            self.power[f"{stack.id}-server"] = "ACTIVE"
            return
        status = self.power.get(f"{stack.id}-server", "ACTIVE")
        stack.noted = {}
        stack.wrong = {} if status == "ACTIVE" else {"server": f"'status': expected 'ACTIVE', got '{status}'"}
        if f"{stack.id}-server" in self.gone:
            stack.wrong = {"server": "NotFound: resources.server: Instance could not be found"}
        stack.start("CHECK", "CHECK_FAILED" if stack.wrong else "CHECK_COMPLETE")

    def _things(self, service: str, path: str, query: Sequence[tuple[str, str]]) -> Any:
        if (service, path) not in COLLECTIONS:
            raise NotFoundError("no such thing")
        key, rows = COLLECTIONS[service, path]
        asked = [value for name, value in query if name == "name"]
        names = {name.strip('"') for value in asked for name in value.removeprefix("in:").split(",")}
        return {key: [row for row in rows if row["name"] in names] if names else rows}

    def _list(self, query: Sequence[tuple[str, str]]) -> Any:
        names = {value for key, value in query if key == "name"}
        tags = {value for key, value in query if key == "tags"}
        self._pass_time()
        rows = [
            stack.row() | ({"project": stack.project} if self.is_admin else {})
            for stack in self.stacks.values()
            if self.is_admin or stack.project == PROJECT
        ]
        if names:
            rows = [row for row in rows if row["stack_name"] in names]
        return {"stacks": [row for row in rows if tags <= set(row["tags"] or ())]}

    def _pass_time(self) -> None:
        for stack in list(self.stacks.values()):
            stack.look()
            if stack.status == "DELETE_COMPLETE":
                del self.stacks[stack.id]

    def _create(self, body: dict[str, Any]) -> Any:
        name = body["stack_name"]
        for source in self.made_by_others:
            self.add_declared(source, ["heatdock", inputs_tag(source)])
        self.made_by_others = []
        if any(stack.name == name for stack in self.stacks.values()):
            raise ConflictError(f"Heat refuses (The Stack ({name}) already exists.); correct what it names")
        stack = self.add(name, body)
        stack.culprit = self.fail_create.pop(name, None)
        ends = "CREATE_FAILED" if stack.culprit else "CREATE_COMPLETE"
        stack.start("CREATE", ends, FOREVER if name in self.hang else LOOKS_AT_WORK)
        return {"stack": {"id": stack.id}}

    def add(self, name: str, body: dict[str, Any], status: str = "CREATE_COMPLETE") -> MemoryStack:
        """Put a stack there, as someone else made it."""
        stack = MemoryStack(f"id-{name}-{len(self.calls)}-{len(self.stacks)}", name, status, copy.deepcopy(body))
        self.stacks[stack.id] = stack
        return stack

    def add_declared(self, source: Source, tags: Sequence[str] = (), status: str = "CREATE_COMPLETE") -> MemoryStack:
        """Put a stack of these inputs there."""
        environment = {"parameters": source.parameters}
        body = {"template": source.template, "environment": environment, "tags": ",".join(tags)}
        return self.add(source.stack_name, body, status)

    def named(self, name: str) -> MemoryStack:
        """Return the stack of that name."""
        return next(stack for stack in self.stacks.values() if stack.name == name)

    def _of_stack(self, stack: MemoryStack, method: str, rest: list[str], body: Any) -> Any:
        if method == "DELETE":
            return self._delete(stack)
        if method == "POST":
            return self._act(stack, next(iter(body)))
        if method == "PUT":
            return self._update(stack, body) if not rest else {}
        if method == "PATCH":
            return stack.mark(rest[1], body["resource_status_reason"], unhealthy=body["mark_unhealthy"])
        stack.look()
        if stack.status == "DELETE_COMPLETE":
            del self.stacks[stack.id]
        if rest[2:3] == ["events"]:
            return self._events(stack, rest[1], rest[3:])
        parts: dict[str, Any] = {
            "": {"stack": stack.shown()},
            "template": stack.body["template"],
            "environment": {"parameters": stack.shown_parameters()},
            "resources": {"resources": stack.resources()},
            "events": {"events": []},
        }
        return parts[rest[0] if rest else ""]

    def _events(self, stack: MemoryStack, name: str, event: list[str]) -> Any:
        """Show the one event that made a resource, with the properties it was made from."""
        if event:
            return {"event": {"resource_properties": stack.given_to(name)}}
        made = {"id": "1", "resource_status": "CREATE_COMPLETE", "physical_resource_id": f"{stack.id}-{name}"}
        return {"events": [made]}

    def _update(self, stack: MemoryStack, body: dict[str, Any]) -> None:
        stack.body = copy.deepcopy(body)
        stack.given.append(stack.body)
        stack.updates += 1
        self.gone -= {f"{stack.id}-{name}" for name in stack.wrong}
        stack.wrong = {}
        stack.culprit = self.fail_update.pop(stack.name, None)
        ends = "UPDATE_FAILED" if stack.culprit else "UPDATE_COMPLETE"
        stack.start("UPDATE", ends, FOREVER if stack.name in self.hang else LOOKS_AT_WORK)

    def _delete(self, stack: MemoryStack) -> None:
        left = self.fail_delete.get(stack.name, 0)
        if left:
            self.fail_delete[stack.name] = left - 1
            stack.culprit = ("port", "Conflict: resources.port: the port is in use")
        stack.start("DELETE", "DELETE_FAILED" if left else "DELETE_COMPLETE")

    def writes(self) -> list[tuple[str, str, str]]:
        """Return the calls that changed something."""
        return [call for call in self.calls if call[1] != "GET" and call[2] not in JUDGED]
