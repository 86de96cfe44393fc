# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of drift that docs/drift.yml names is made by hand, found, named as it says, and set right as it says."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.cloud import HOST, ROOT, TEMPLATE
from tests.scale.project import KEYS, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KINDS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docs/drift.yml").read_text(encoding="utf-8"))["cloud"]
NAME = "drift"
LARGER = f"{NAME}-larger"
DECLARED = {**HOST, "name": "web1", "key_name": KEYS[0], "metadata": {"team": "web", "tier": "front"}}
PATIENCE = 60.0


@dataclass
class Fleet:
    """One declared host in a project of its own, what the module does to it, and what others do."""

    project: Project
    cloud: Any

    def run(self, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """Run the module; return what it told."""
        arguments = {**self.project.access, "template": TEMPLATE, "hosts": [DECLARED], **options}
        done = modules.run("docker_hosts", arguments, check=check)
        assert not done.failed, done.message + done.stderr
        return dict(done.returned)

    def drift(self, *, check: bool = False) -> list[dict[str, Any]]:
        """Look for drift; return what was found of all hosts."""
        told = self.run(state="checked", declared=["web1"], prune=True, check=check)
        return [item for host in told["hosts"].values() for item in host["drift"]]

    def ids(self) -> dict[str, str]:
        """Return the IDs of the host's resources, and of its stack."""
        rows = self.project.existing().resources.get("web1", [])
        return {row["resource_name"]: row["physical_resource_id"] for row in rows}

    def port_elsewhere(self) -> str:
        """Make a port in the host's network."""
        network = self.cloud.network.find_network("private")
        return str(self.cloud.network.create_port(network_id=network.id, name="elsewhere").id)

    def group(self) -> str:
        """Make a security group."""
        return str(self.cloud.network.create_security_group(name="elsewhere").id)

    def server(self) -> Any:
        """Read the server."""
        return self.cloud.compute.get_server(self.ids()["server"])

    def wait(self, is_done: Callable[[], bool]) -> None:
        """Wait for what a service does in its own time."""
        deadline = time.monotonic() + PATIENCE
        while not is_done():
            assert time.monotonic() < deadline, "the service has not done it"
            time.sleep(0.5)

    def clean(self) -> None:
        """Remove what was made beside the host."""
        network = self.cloud.network
        own = set(self.ids().values())
        for address in network.ips():
            if address.id not in own:
                network.delete_ip(address)
        for port in network.ports(name="elsewhere"):
            network.delete_port(port)
        for group in network.security_groups(name="elsewhere"):
            network.delete_security_group(group)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory, admin: Any) -> Iterator[Fleet]:
    """Have the host as it is declared, and a flavor that it does not have."""
    if left := admin.compute.find_flavor(LARGER):
        admin.compute.delete_flavor(left)
    flavor = admin.compute.create_flavor(name=LARGER, ram=2048, vcpus=2, disk=10)
    try:
        with Project(NAME, tmp_path_factory.mktemp(NAME)) as project:
            made = Fleet(project, project.session())
            made.run()
            yield made
    finally:
        admin.compute.delete_flavor(flavor)


def take_off(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_ip(ids["floating_ip"], port_id=None)


def move(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_ip(ids["floating_ip"], port_id=fleet.port_elsewhere())


def delete_address(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.delete_ip(ids["floating_ip"])


def exchange(fleet: Fleet, ids: dict[str, str]) -> None:
    take_off(fleet, ids)
    public = fleet.cloud.network.find_network("public")
    fleet.cloud.network.create_ip(floating_network_id=public.id, port_id=ids["port"])


def take_group(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_port(ids["port"], security_group_ids=[])


def add_group(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_port(ids["port"], security_group_ids=[ids["security_group"], fleet.group()])


def switch_security_off(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_port(ids["port"], security_group_ids=[], is_port_security_enabled=False)


def allow_any_address(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_port(ids["port"], allowed_address_pairs=[{"ip_address": "0.0.0.0/0"}])


def switch_port_off(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.update_port(ids["port"], is_admin_state_up=False)


def unplug(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.compute.delete_server_interface(ids["port"], server=ids["server"])
    fleet.wait(lambda: not fleet.cloud.network.get_port(ids["port"]).device_id)


def plug(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.compute.create_server_interface(ids["server"], port_id=fleet.port_elsewhere())


def delete_port(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.delete_port(ids["port"])


def add_rule(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.network.create_security_group_rule(
        security_group_id=ids["security_group"], direction="ingress", protocol="tcp", port_range_min=1, port_range_max=9
    )


def delete_rule(fleet: Fleet, ids: dict[str, str]) -> None:
    group = fleet.cloud.network.get_security_group(ids["security_group"])
    rule = next(rule for rule in group.security_group_rules if rule["port_range_min"] == 22)
    fleet.cloud.network.delete_security_group_rule(rule["id"])


def delete_group(fleet: Fleet, ids: dict[str, str]) -> None:
    take_group(fleet, ids)
    fleet.cloud.network.delete_security_group(ids["security_group"])


def change_metadata(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.compute.set_server_metadata(ids["server"], team="other", stray="1")
    fleet.cloud.compute.delete_server_metadata(ids["server"], ["tier"])


def rename(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.compute.update_server(ids["server"], name="other")


def resize(fleet: Fleet, ids: dict[str, str]) -> None:
    resize_unconfirmed(fleet, ids)
    fleet.cloud.compute.confirm_server_resize(ids["server"])
    fleet.wait(lambda: fleet.server().status == "ACTIVE")


def resize_unconfirmed(fleet: Fleet, ids: dict[str, str]) -> None:
    compute = fleet.cloud.compute
    compute.resize_server(ids["server"], compute.find_flavor(LARGER).id)
    fleet.wait(lambda: fleet.server().status == "VERIFY_RESIZE")


def delete_server(fleet: Fleet, ids: dict[str, str]) -> None:
    server = fleet.server()
    fleet.cloud.compute.delete_server(ids["server"])
    fleet.cloud.compute.wait_for_delete(server)


def stop(fleet: Fleet, ids: dict[str, str]) -> None:
    fleet.cloud.compute.stop_server(ids["server"])
    fleet.wait(lambda: fleet.server().status == "SHUTOFF")


def update_stack(fleet: Fleet, _ids: dict[str, str]) -> None:
    """Update as `openstack stack update --existing --parameter` does, which keeps the stack's tags."""
    [row] = fleet.project.existing().stacks
    path = f"/stacks/web1/{row['id']}"
    body = {"environment": {"parameters": {"metadata": {"team": "other"}}}}
    assert fleet.cloud.orchestration.patch(path, json=body).ok
    fleet.project.settled()


def delete_stack(fleet: Fleet, _ids: dict[str, str]) -> None:
    [row] = fleet.project.existing().stacks
    assert fleet.cloud.orchestration.delete(f"/stacks/web1/{row['id']}").ok
    fleet.wait(lambda: not fleet.project.existing().stacks)


def make_undeclared(fleet: Fleet, _ids: dict[str, str]) -> None:
    body = {
        "stack_name": "stray",
        "template": {"heat_template_version": "2018-08-31", "resources": {"thing": {"type": "OS::Heat::TestResource"}}},
        "tags": "heatdock",
    }
    assert fleet.cloud.orchestration.post("/stacks", json=body).ok
    fleet.project.settled()


BY_HAND: dict[str, Callable[[Fleet, dict[str, str]], None]] = {
    "floating IP taken off": take_off,
    "floating IP moved": move,
    "floating IP deleted": delete_address,
    "floating IP exchanged": exchange,
    "security group taken": take_group,
    "security group added": add_group,
    "port security off": switch_security_off,
    "address allowed": allow_any_address,
    "port off": switch_port_off,
    "port unplugged": unplug,
    "port plugged": plug,
    "port deleted": delete_port,
    "rule added": add_rule,
    "rule deleted": delete_rule,
    "security group deleted": delete_group,
    "metadata changed": change_metadata,
    "renamed": rename,
    "resized": resize,
    "resize not confirmed": resize_unconfirmed,
    "server deleted": delete_server,
    "server stopped": stop,
    "stack updated": update_stack,
    "stack deleted": delete_stack,
    "host undeclared": make_undeclared,
}


def fits(said: str, reason: str) -> bool:
    """Tell whether a reason is what the table says."""
    pattern = ".+".join(re.escape(part) for part in said.split("…"))
    return re.fullmatch(f"(it was changed behind Heat's back: )?{pattern}", reason) is not None


def test_each_kind_of_the_table_is_made_by_hand() -> None:
    assert set(BY_HAND) == set(KINDS)


def test_a_fresh_host_is_clean(fleet: Fleet) -> None:
    assert fleet.drift(check=True) == []
    assert fleet.drift() == []
    assert fleet.run()["changed"] is False


@pytest.mark.parametrize("name", KINDS)
def test_drift_is_found_named_and_set_right(fleet: Fleet, name: str) -> None:
    kind = KINDS[name]
    before = fleet.ids()
    BY_HAND[name](fleet, before)
    foreseen = fleet.drift(check=True)
    found = fleet.drift()
    names = {_resource(name), *([kind["also"]] if "also" in kind else [])}
    assert {item["name"] for item in found} == names, found
    fitting = [item for item in found if item["name"] == _resource(name) and fits(kind["said"], item["reason"])]
    assert len(fitting) == 1, found
    assert any(item["cuts_off"] for item in found) == kind.get("cuts_off", False), found
    assert {item["name"] for item in foreseen} == (set() if kind["repair"] == "start" else names), foreseen
    REPAIRS[kind["repair"]](fleet, before, names)
    assert fleet.drift() == []
    assert fleet.run()["changed"] is False
    fleet.clean()
    assert fleet.drift() == []


def _resource(name: str) -> str:
    """Return what is named: a resource, or the host for its whole stack."""
    resource = KINDS[name]["resource"]
    return {"host undeclared": "stray"}.get(name, "web1") if resource == "stack" else resource


def told(fleet: Fleet, **options: Any) -> dict[str, Any]:
    """Bring the host about; return what that was, which is what was planned."""
    planned = fleet.run(check=True, **options)["hosts"]
    happened = fleet.run(**options)["hosts"]
    assert {name: host["action"] for name, host in happened.items()} == {
        name: host["action"] for name, host in planned.items()
    }
    assert [host["resources"] for host in happened.values()] == [host["resources"] for host in planned.values()]
    return dict(happened)


def in_place(fleet: Fleet, before: dict[str, str], names: set[str]) -> None:
    [host] = told(fleet).values()
    assert {(item["name"], item["action"]) for item in host["resources"]} == {(name, "update") for name in names}
    assert all(change["before"] != change["after"] for change in host["resources"][0]["properties"])
    assert fleet.ids() == before


def anew(fleet: Fleet, before: dict[str, str], names: set[str]) -> None:
    [host] = told(fleet).values()
    assert names <= {item["name"] for item in host["resources"] if item["action"] == "replace"}
    after = fleet.ids()
    handle = {"ready_handle"} if names == {"server"} else set()
    assert {name for name in after if after[name] != before[name]} == names | handle


def update(fleet: Fleet, before: dict[str, str], _names: set[str]) -> None:
    [host] = told(fleet).values()
    assert host["action"] == "update"
    assert fleet.server().metadata == DECLARED["metadata"]
    assert fleet.ids() == before


def create(fleet: Fleet, _before: dict[str, str], _names: set[str]) -> None:
    [host] = told(fleet).values()
    assert host["action"] == "create"


def prune(fleet: Fleet, _before: dict[str, str], _names: set[str]) -> None:
    assert told(fleet, prune=True)["stray"]["action"] == "delete"


def start(fleet: Fleet, before: dict[str, str], _names: set[str]) -> None:
    assert fleet.run()["changed"] is False
    fleet.run(state="started")
    assert fleet.ids() == before


REPAIRS: dict[str, Callable[[Fleet, dict[str, str], set[str]], None]] = {
    "in place": in_place,
    "anew": anew,
    "update": update,
    "create": create,
    "prune": prune,
    "start": start,
}
