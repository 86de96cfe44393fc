# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan is the truth: what it predicts of each resource is what Heat then does, by its events and physical IDs.

Each chain is one stack and the edits that are made to it one after the other; chains run at the same time.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._files import load_source
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import Heat, Row
from ansible_collections.heatdock.hosts.plugins.module_utils._plan import plan_create, plan_update, types_to_compare
from ansible_collections.heatdock.hosts.plugins.module_utils._resolve import read_names
from ansible_collections.heatdock.hosts.plugins.module_utils._resource_types import ResourceTypes
from ansible_collections.heatdock.hosts.plugins.module_utils._rows import by_path, stack_of, statuses_of
from ansible_collections.heatdock.hosts.plugins.module_utils._sources import kept_spelling, revealed, without_ports
from ansible_collections.heatdock.hosts.plugins.module_utils._stacks import Stacks
from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source, inputs_tag
from ansible_collections.heatdock.hosts.plugins.module_utils._watch import Watch
from tests.scale.cloud import CLOUD, HOST, SCALE_CLOUDS, TEMPLATE, connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEMPLATES = Path(__file__).parent / "templates"
PREFIX = "stk-plan-"
TIMEOUT = 900
AT_A_TIME = 8
NOT_THERE = ("INIT_COMPLETE", "DELETE_COMPLETE")
LEAST_EDITS = 40
NEW = "a new stack"
CREATED = "CREATE_COMPLETE"

Actions = dict[str, str]
Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Edit:
    """One change of what a stack is declared to be; `expected` names some of what has to happen, to keep it honest."""

    name: str
    change: Callable[[Source], None]
    expected: Mapping[str, str] = field(default_factory=dict)
    noop: bool = False
    tags: Sequence[str] = ()


@dataclass
class Verdict:
    """What the plan said of an edit, and what Heat did."""

    chain: str
    edit: Edit
    planned: Actions
    done: Actions
    quiet: bool
    error: str = ""

    @property
    def wrong(self) -> list[str]:
        """Say where the plan was not the truth."""
        paths = sorted(set(self.planned) | set(self.done))
        pairs = [(path, self.planned.get(path, "nothing"), self.done.get(path, "nothing")) for path in paths]
        differing = [f"{path}: planned {planned}, was {done}" for path, planned, done in pairs if planned != done]
        differing += [
            f"{path}: was {self.done.get(path)}, the edit was to make it {action}"
            for path, action in self.edit.expected.items()
            if self.done.get(path) != action
        ]
        differing += [self.error] if self.error else []
        if self.quiet != self.edit.noop:
            differing.append("a no-op is planned as a change" if self.edit.noop else "a change is planned as a no-op")
        return differing

    def __str__(self) -> str:
        """Show one line of the table."""
        touched = ", ".join(f"{path} {action}" for path, action in sorted(self.done.items()) if action != "none")
        return f"{'ok ' if not self.wrong else 'BAD'} {self.chain:9} {self.edit.name:44} {touched or 'nothing'}"


class Chain:
    """One stack on real Heat, edited again and again."""

    def __init__(self, name: str, start: Source, edits: Sequence[Edit]) -> None:
        """Take the stack's first declaration and what is then changed."""
        self.name = name
        self._cloud = Client(CloudOptions(cloud=CLOUD, clouds_files=[str(SCALE_CLOUDS)]))
        self._heat = Heat(self._cloud)
        self._stacks = Stacks(self._heat, Watch(self._heat, PREFIX + name), TIMEOUT)
        self._types = ResourceTypes(self._heat)
        self._source = start
        self._edits = edits
        self._tags = [PREFIX + name]
        self._row: Row = {}

    def run(self) -> list[Verdict]:
        """Make the stack, make each edit, and delete the stack."""
        try:
            verdicts = [self._create()]
            for edit in self._edits:
                verdicts.append(self._edit(edit))
                if verdicts[-1].error:
                    break
            return verdicts
        finally:
            for row in self._heat.named([self._source.stack_name]):
                self._stacks.delete(row)

    def _create(self) -> Verdict:
        source = self._named(self._source)
        self._row = self._stacks.create(source, self._tagged())
        done = dict.fromkeys(self._rows(), "create")
        planned = {item.name: item.action for item in plan_create(source).resources}
        unforeseen = {path for path in done if path.startswith("scaled/")}
        edit = Edit(NEW, lambda _source: None)
        done = {path: action for path, action in done.items() if path not in unforeseen}
        return Verdict(self.name, edit, planned, done, quiet=False)

    def _tagged(self) -> list[str]:
        return [*self._tags, inputs_tag(self._source)]

    def _named(self, source: Source) -> Source:
        names = read_names(self._cloud, self._types, [source])
        assert not names.problems(source)
        return names.sent(source)

    def _edit(self, edit: Edit) -> Verdict:
        declared = copy.deepcopy(self._source)
        edit.change(declared)
        names = read_names(self._cloud, self._types, [declared])
        assert not names.problems(declared)
        before = revealed(self._heat.source(self._row), declared, self._stack()["tags"])
        after = kept_spelling(before, names.sent(declared), names.same_ids())
        tags_changed = bool(edit.tags) and list(edit.tags) != self._tags
        seen, rows = {event["id"] for event in self._events()}, self._rows()
        schemas = self._types.of(types_to_compare(before, after))
        planned = partial(
            plan_update, before, after, schemas, statuses_of(rows.values()), ids=names.ids_by_constraint()
        )
        quiet = not (tags_changed or planned().changed)
        # Heat is sent a no-op too, to see that it is one; it then passes it on to nested stacks.
        plan = planned(tags_changed=True)
        self._source = declared
        self._tags = list(edit.tags) or self._tags
        error = ""
        try:
            if plan.detached:
                self._row = self._stacks.update(self._row, without_ports(before, after, plan.detached), self._tags)
            self._row = self._stacks.update(self._row, after, self._tagged(), plan.renewed)
        except HeatdockError as failure:
            error = str(failure)
            self._row = self._stack()
        done = observed(rows, self._rows(), [event for event in self._events() if event["id"] not in seen])
        return Verdict(self.name, edit, {item.name: item.action for item in plan.resources}, done, quiet, error)

    def _stack(self) -> Row:
        return self._stacks.read(self._row)

    def _rows(self) -> Rows:
        rows = by_path(self._heat.resources(self._row))
        return {path: row for path, row in rows.items() if row["resource_status"] not in NOT_THERE}

    def _events(self) -> list[Row]:
        return self._heat.events(self._row, 1000)


def observed(before: Rows, after: Rows, events: Sequence[Row]) -> Actions:
    """Tell what happened to each resource, by its physical ID and the events about it."""
    paths = {str(row["physical_resource_id"]): path for rows in (before, after) for path, row in rows.items()}
    happened = {
        ("/".join(filter(None, [paths.get(stack_of(event)), event["resource_name"]])), event["resource_status"])
        for event in events
    }
    done = {path: "delete" for path in before if path not in after}
    for path, row in after.items():
        if path not in before:
            done[path] = "create"
        elif (path, "CREATE_COMPLETE") in happened or row["physical_resource_id"] != before[path][
            "physical_resource_id"
        ]:
            done[path] = "replace"
        else:
            done[path] = "update" if (path, "UPDATE_COMPLETE") in happened else "none"
    return done


def give(**parameters: Any) -> Callable[[Source], None]:
    """Give parameters other values; None leaves one to its default."""

    def change(source: Source) -> None:
        for name, value in parameters.items():
            source.parameters.pop(name, None)
            if value is not None:
                source.parameters[name] = value

    return change


def put(path: str, value: Any) -> Callable[[Source], None]:
    """Put something into the template, or take it out when it is None."""

    def change(source: Source) -> None:
        *parents, last = path.split("/")
        target = source.template
        for key in parents:
            target = target.setdefault(key, {})
        target.pop(last, None)
        if value is not None:
            target[last] = value

    return change


def both(*changes: Callable[[Source], None]) -> Callable[[Source], None]:
    """Make several changes at once."""

    def change(source: Source) -> None:
        for one in changes:
            one(source)

    return change


def in_file(name: str, old: str, new: str) -> Callable[[Source], None]:
    """Change the text of a file that the template refers to."""

    def change(source: Source) -> None:
        address = next(key for key in source.files if key.endswith(f"/{name}"))
        assert old in source.files[address]
        source.files[address] = source.files[address].replace(old, new)

    return change


def reordered(value: Any) -> Any:
    """Write the keys of each map the other way round."""
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(value)}
    return [reordered(item) for item in value] if isinstance(value, list) else value


def reorder(source: Source) -> None:
    """Write the template's keys the other way round."""
    source.template = reordered(source.template)


def nothing(_source: Source) -> None:
    """Change nothing."""


def moved_files(source: Source) -> None:
    """Have all files lie in another folder."""
    old, new = (TEMPLATES / "nested").as_uri(), "file:///elsewhere"

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {moved(key): moved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [moved(item) for item in value]
        return value.replace(old, new) if isinstance(value, str) else value

    source.template, source.files, source.registry = map(moved, (source.template, source.files, source.registry))


def by_id(**names: str) -> Callable[[Source], None]:
    """Give parameters the IDs of what they name; each value says where that is listed."""

    def change(source: Source) -> None:
        for parameter, finder in names.items():
            source.parameters[parameter] = _id(finder, source.parameters[parameter])

    return change


def _id(finder: str, name: str) -> str:
    service, _, find = finder.partition(".")
    return str(getattr(getattr(connection(CLOUD), service), find)(name).id)


def put_id(path: str, finder: str, name: str) -> Callable[[Source], None]:
    """Put the ID of a thing of the cloud into the template."""

    def change(source: Source) -> None:
        put(path, _id(finder, name))(source)

    return change


VALUES = [
    Edit("nothing at all", nothing, noop=True),
    Edit("keys in another order", reorder, noop=True),
    Edit("defaults written out", give(text="one", length="8", items=["a", "b"], extra="no"), noop=True),
    Edit("a map in another form", give(map='{"key":"one"}'), noop=True),
    Edit("a property in place", give(text="two"), {"plain": "update", "follower": "none"}),
    Edit("a hidden parameter", give(secret="second secret"), {"guarded": "update"}),
    Edit("a property that replaces, and its readers", give(length=9), {"random": "replace", "reader": "update"}),
    Edit("a list that others read", give(items="a,b,c"), {"listed": "update", "of_both": "update"}),
    Edit("a key of a map", give(map={"key": "two"}), {"mapped": "update", "of_both": "update"}),
    Edit("a key of a map that nobody reads", give(map={"key": "two", "other": 1})),
    Edit("a condition that now holds", give(extra=True), {"optional": "create", "switched": "update"}),
    Edit("a condition that no longer holds", give(extra=False), {"optional": "delete", "switched": "update"}),
]

STRUCTURE = [
    Edit("a new resource", put("resources/new", {"type": "OS::Heat::TestResource"}), {"new": "create"}),
    Edit("a resource less", put("resources/new", None), {"new": "delete"}),
    Edit("another type", put("resources/last/type", "OS::Heat::Value"), {"last": "replace"}),
    Edit("an output alone", put("outputs/more", {"value": {"get_resource": "plain"}})),
    Edit("an output less", put("outputs/more", None)),
    Edit("the description alone", put("description", "Other words.")),
    Edit("a parameter's description alone", put("parameters/text/description", "A text.")),
    Edit("a resource's description", put("resources/plain/description", "Words about it.")),
    Edit("a dependency", put("resources/last/depends_on", ["plain", "guarded"]), {"last": "update"}),
    Edit("the same dependency in a list", put("resources/last/depends_on", ["plain", "guarded"]), noop=True),
    Edit("metadata", put("resources/plain/metadata", {"a": 1}), {"plain": "update"}),
    Edit("a deletion policy", put("resources/plain/deletion_policy", "retain"), {"plain": "update"}),
]

LATER = [
    Edit("a later template version", put("heat_template_version", "2021-04-16")),
    Edit("a default of a property written out", put("resources/plain/properties/fail", "false"), {"plain": "update"}),
    Edit("a policy of a test resource", put("resources/plain/properties/update_replace", "true"), {"plain": "update"}),
    Edit("a value that replaces", give(text="three"), {"plain": "replace", "follower": "update"}),
    Edit("a value written out", put("resources/plain/properties/value", "three"), {"plain": "none"}),
    Edit("tags alone", nothing, tags=[f"{PREFIX}later", "another"]),
    Edit("a default of the template", put("parameters/length/default", 12), {"random": "replace"}),
    Edit("that default given", give(length=12), noop=True),
    Edit("a resource of no kind", put("resources/none", {"type": "OS::Heat::None"}), {"none": "create"}),
    Edit("a resource of no kind with properties", put("resources/none/properties", {"a": 1}), {"none": "none"}),
    Edit("several at once", both(give(secret="s3"), put("resources/none", None)), {"guarded": "update"}),
]


RULE = {"protocol": "tcp", "port_range_min": 80, "port_range_max": 80}
SERVICES = [
    Edit("nothing at all", nothing, noop=True),
    Edit(
        "a name in place, and a script",
        give(name="stk-plan-other"),
        {"net": "update", "subnet": "none", "script": "replace", "follower": "update"},
    ),
    Edit("a subnet that is made anew", give(cidr="10.200.2.0/24"), {"subnet": "replace"}),
    Edit(
        "another rule",
        put("resources/group/properties/rules", [RULE]),
        {"group": "update", "port": "none"},
    ),
    Edit(
        "a rule's default written out", put("resources/group/properties/rules", [RULE | {"direction": "ingress"}]), {}
    ),
    Edit("a larger volume", give(size=2), {"volume": "update"}),
    Edit("a volume's name", put("resources/volume/properties/name", "stk-plan-volume"), {"volume": "update"}),
    Edit("an ID for a name", by_id(network="network.find_network"), noop=True),
    Edit(
        "an ID in the template for a name",
        put_id("resources/port/properties/network", "network.find_network", "private"),
        {"port": "update", "address": "none"},
    ),
    Edit("a port's name", put("resources/port/properties/name", "stk-plan-port"), {"port": "update"}),
    Edit("a group's description", put("resources/group/description", "Words that become the group's own.")),
]

HOST_VALUES = [
    Edit("another login user", give(ssh_user="deploy"), {"server": "update"}),
    Edit("clients through SSH", give(docker_transport="ssh"), {"security_group": "update", "server": "update"}),
    Edit("clients over TLS again", give(docker_transport="tls"), {"security_group": "update", "server": "update"}),
    Edit("another package", give(engine_packages=["docker-ce"]), {"server": "update"}),
    Edit("another time limit", give(ready_timeout=1200), {"ready": "replace", "server": "none"}),
    Edit(
        "other management networks",
        give(management_cidrs=["10.90.0.0/24", "2001:db8::/64"]),
        {"security_group": "update", "port": "none"},
    ),
    Edit("a larger flavor", give(flavor=f"{PREFIX}large"), {"server": "update", "port": "none"}),
    Edit(
        "a smaller flavor, by a new server",
        both(put("resources/server/properties/flavor_update_policy", "REPLACE"), give(flavor=HOST["flavor"])),
        {"server": "replace", "ready": "replace", "ready_handle": "replace", "port": "none"},
    ),
    Edit(
        "another image",
        give(image="debian-13"),
        {"server": "replace", "ready": "replace", "ready_handle": "replace", "port": "none"},
    ),
    Edit("metadata of the server", put("resources/server/metadata", {"a": "b"}), {"server": "update"}),
    Edit("a port more", put("resources/second", {"type": "OS::Neutron::Port", "properties": {"network": "private"}})),
]

HOST_PLACES = [
    Edit(
        "names for IDs",
        by_id(
            image="image.find_image",
            flavor="compute.find_flavor",
            network="network.find_network",
            floating_network="network.find_network",
        ),
        noop=True,
    ),
    Edit(
        "defaults written out", give(ssh_user="debian", ready_timeout=900, management_cidrs="10.90.0.0/24"), noop=True
    ),
    Edit("another key pair", give(key_name=f"{PREFIX}key"), {"server": "replace", "ready": "replace"}),
    Edit("another external network", give(floating_network=f"{PREFIX}outside"), {"floating_ip": "replace"}),
    Edit("an output less", put("outputs/engine_version", None), {"server": "none"}),
    Edit(
        "another network inside and outside",
        give(network=f"{PREFIX}inside", floating_network="public"),
        {"port": "replace", "floating_ip": "replace", "server": "update"},
    ),
]

NESTED = [
    Edit("nothing at all", nothing, noop=True),
    Edit("files that lie elsewhere", moved_files, noop=True),
    Edit("a parameter passed on", give(text="two"), {"first": "update", "first/plain": "update", "reader": "update"}),
    Edit("a replacement inside", give(length=9), {"first/random": "replace", "follower": "update", "second": "update"}),
    Edit("a file's text", in_file("text.txt", "a text", "another text"), {"file": "update"}),
    Edit(
        "a nested template's resource",
        in_file("grandchild.yaml", '"constant"}}', '"other"}}'),
        {"first/grandchild/constant": "update", "second/grandchild/constant": "update"},
    ),
    Edit(
        "an alias to another type",
        lambda source: source.registry.update({"Stk::Value": "OS::Heat::Value"}),
        {"aliased": "replace"},
    ),
    Edit("an alias written out", put("resources/aliased/type", "OS::Heat::Value"), {"aliased": "update"}),
    Edit("a nested stack more", put("resources/third", {"type": "Stk::Child"}), {"third/random": "create"}),
    Edit("a nested stack less", put("resources/third", None), {"third/random": "delete"}),
    Edit(
        "a resource in place of a nested stack",
        put("resources/second", {"type": "OS::Heat::TestResource"}),
        {"second": "replace"},
    ),
    Edit("an output alone", put("outputs/more", {"value": 1})),
]

GROUPS = [
    Edit("nothing at all", nothing, noop=True),
    Edit("members more", give(count=4), {"group/3": "create", "refs": "update", "values": "update"}),
    Edit("members less", give(count=1), {"group/1": "delete", "group/0": "none"}),
    Edit("what members are made of", give(length=9), {"group/0": "replace", "refs": "update"}),
    Edit("what is passed on", give(text="two"), {"nested/0/plain": "update", "chain": "replace"}),
    Edit(
        "a longer chain",
        give(types="OS::Heat::TestResource,OS::Heat::TestResource,OS::Heat::TestResource"),
        {"chain/2": "create"},
    ),
    Edit("members without their index", put("resources/group/properties/resource_def/properties/salt", "same"), {}),
    Edit("tags alone", nothing, tags=[f"{PREFIX}groups", "another"]),
]


def load(name: str, template: str, *environments: str, **parameters: Any) -> Source:
    """Read one of the templates."""
    paths = [str(TEMPLATES / path) for path in environments]
    return load_source(PREFIX + name, str(TEMPLATES / template), paths, parameters)


def chains() -> list[Chain]:
    """Return all chains, the longest first."""
    return [
        Chain("nested", load("nested", "nested/parent.yaml", "nested/environment.yaml"), NESTED),
        Chain("host-1", load("host-1", TEMPLATE, **HOST), HOST_VALUES),
        Chain("host-2", load("host-2", TEMPLATE, **HOST), HOST_PLACES),
        Chain("groups", load("groups", "groups.yaml"), GROUPS),
        Chain("services", load("services", "services.yaml", network="private"), SERVICES),
        Chain("values", load("values", "general.yaml"), VALUES),
        Chain("structure", load("structure", "general.yaml"), STRUCTURE),
        Chain("later", load("later", "general.yaml"), LATER),
    ]


@pytest.fixture(scope="module")
def places(cloud: Any, admin: Any) -> Iterator[None]:
    """Make what hosts can be moved to: networks inside and outside, a flavor and a key pair."""
    private = cloud.network.find_network("private")
    outside = admin.network.create_network(name=f"{PREFIX}outside", is_router_external=True)
    # for this project alone, since tests in others look at the networks that they see
    for policy in admin.network.rbac_policies(object_id=outside.id):
        admin.network.update_rbac_policy(policy, target_project_id=cloud.current_project_id)
    admin.network.create_subnet(network_id=outside.id, ip_version=4, cidr="203.0.113.0/24", is_dhcp_enabled=False)
    inside = cloud.network.create_network(name=f"{PREFIX}inside")
    subnet = cloud.network.create_subnet(network_id=inside.id, ip_version=4, cidr="10.201.0.0/24")
    routers = []
    for name, network, gateway in (
        ("to-outside", private, outside),
        ("to-public", inside, cloud.network.find_network("public")),
    ):
        router = cloud.network.create_router(name=PREFIX + name, external_gateway_info={"network_id": gateway.id})
        routers.append(router)
        if network is inside:
            cloud.network.add_interface_to_router(router, subnet=subnet.id)
        else:
            port = cloud.network.create_port(network_id=private.id, name=PREFIX + name)
            cloud.network.add_interface_to_router(router, port=port.id)
    flavor = admin.compute.create_flavor(name=f"{PREFIX}large", ram=2048, vcpus=2, disk=10)
    key = cloud.compute.create_keypair(name=f"{PREFIX}key")
    yield
    cloud.compute.delete_keypair(key)
    admin.compute.delete_flavor(flavor)
    for router in routers:
        for port in cloud.network.ports(device_id=router.id, device_owner="network:router_interface"):
            cloud.network.remove_interface_from_router(router, port=port.id)
        cloud.network.delete_router(router)
    cloud.network.delete_network(inside)
    admin.network.delete_network(outside)


@pytest.mark.usefixtures("places")
def test_the_plan_is_what_heat_then_does(capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        verdicts = [verdict for found in pool.map(Chain.run, chains()) for verdict in found]
    wrong = [f"{verdict.chain}, {verdict.edit.name}: {item}" for verdict in verdicts for item in verdict.wrong]
    edits = [verdict for verdict in verdicts if verdict.edit.name != NEW]
    right = sum(not verdict.wrong for verdict in edits)
    resources = sum(len(verdict.done) for verdict in edits)
    with capsys.disabled():
        print("\n" + "\n".join(map(str, verdicts)))
        print(f"{right} of {len(edits)} edits, {resources} resources: {100 * right // len(edits)} %")
    assert not wrong, "\n".join(wrong)
    assert len(edits) >= LEAST_EDITS
