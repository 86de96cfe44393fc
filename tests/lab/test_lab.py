# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded OpenStack: what it offers, and a second one that comes, stops, starts again and goes without a trace."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from fleet import LAB, ROOT, Cloud, Fleet, connection

if TYPE_CHECKING:
    from collections.abc import Iterator

HORIZON = "http://10.88.0.2:8080"
TYPES = {"identity", "image", "placement", "compute", "network", "volumev3", "orchestration", "cloudformation"}


def test_application_credential_opens_the_cloud(demo: Cloud) -> None:
    by_credential = connection("heatdock-lab-application")
    assert by_credential.current_project_id == demo.current_project_id
    assert [network.name for network in by_credential.network.networks(name="private")] == ["private"]


def test_catalogue_has_every_service(demo: Cloud) -> None:
    catalogue = demo.session.auth.get_access(demo.session).service_catalog.catalog
    assert {service["type"] for service in catalogue} == TYPES


def test_second_project_sees_nothing_of_the_first(demo: Cloud) -> None:
    other = connection("heatdock-lab-other")
    assert not list(other.network.networks(project_id=demo.current_project_id))


def test_volume_can_be_made(demo: Cloud) -> None:
    volume = demo.create_volume(size=1, name="lab-test", wait=True)
    assert demo.block_storage.get_volume(volume.id).status == "available"
    assert demo.delete_volume(volume.id, wait=True)


def test_horizon_lets_the_user_in_and_offers_to_launch_a_stack(demo: Cloud) -> None:
    browser = requests.Session()
    browser.get(f"{HORIZON}/auth/login/", timeout=60).raise_for_status()
    auth = demo.config.auth
    form = {
        "username": auth["username"],
        "password": auth["password"],
        "region": "default",
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    browser.post(f"{HORIZON}/auth/login/", data=form, timeout=60).raise_for_status()
    page = browser.get(f"{HORIZON}/project/stacks/", timeout=120)
    page.raise_for_status()
    assert "Launch Stack" in page.text


def test_guests_interface_that_is_down_is_set_up_again() -> None:
    container = [str(LAB / "containers/heatdock-lab/container"), "exec"]
    subprocess.run([*container, "ip", "tuntap", "add", "dev", "taptest", "mode", "tap"], check=True)
    try:
        deadline = time.monotonic() + 10
        shown = ""
        while ",UP" not in shown:
            assert time.monotonic() < deadline, shown
            show = [*container, "ip", "-oneline", "link", "show", "dev", "taptest"]
            shown = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    finally:
        subprocess.run([*container, "ip", "link", "delete", "dev", "taptest"], check=True)


def play(state: str, settings: dict[str, Any]) -> str:
    done = subprocess.run(
        ["ansible-playbook", "-i", "localhost,", "playbooks/lab.yml", "-e", f"lab_state={state}"]
        + [word for name, value in settings.items() for word in ("-e", f"{name}={value}")],
        cwd=ROOT,
        env=Fleet.plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def traces() -> dict[str, set[str]]:
    """List what a container leaves on the machine while it runs."""

    def lines(*command: str) -> set[str]:
        return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())

    return {
        "interfaces": {line.split()[0].split("@")[0] for line in lines("ip", "-brief", "link")},
        "namespaces": lines("ip", "netns", "list"),
        "routes": lines("ip", "route"),
        "tables": lines("nft", "list", "tables"),
        "mounts": {line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()},
    }


@pytest.fixture(scope="module")
def second_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Return the settings of a lab of its own, with Nova's fake driver; it is gone afterwards."""
    settings = {
        "openstack_lab_name": "second-lab",
        "openstack_lab_dir": tmp_path_factory.mktemp("second-lab"),
        "openstack_lab_cache_dir": LAB / "cache",
        "openstack_lab_compute_mode": "fake",
        "openstack_lab_address": "10.89.0.2",
        "openstack_lab_host_address": "10.89.0.1",
        "openstack_lab_external_network": "172.24.5.0/24",
    }
    yield settings
    play("removed", settings)


def test_second_lab_keeps_its_data_and_goes_without_a_trace(second_lab: dict[str, Any]) -> None:
    before = traces()
    play("started", second_lab)
    cloud = connection("heatdock-lab", second_lab["openstack_lab_dir"] / "clouds.yaml")
    server = cloud.create_server("fake", image="debian-13", flavor="lab.nano", network="private", wait=True)
    assert server.status == "ACTIVE"  # nothing boots under the fake driver

    play("stopped", second_lab)
    assert "is not running" in play("status", second_lab)
    play("started", second_lab)
    assert [item.name for item in cloud.compute.servers()] == ["fake"]
    status = play("status", second_lab)
    assert "does not answer" not in status
    assert "service " not in status

    play("removed", second_lab)
    assert traces() == before
    assert not list((second_lab["openstack_lab_dir"]).glob("*/*"))
