# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input is answered by one sentence for each mistake, which names the thing and the remedy, and writes nothing."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.scale import modules
from tests.scale.api_log import ApiLog
from tests.scale.bad_input import CASES, WORD, Case
from tests.scale.cloud import HOST, TEMPLATE
from tests.scale.project import KEYS, Project
from tests.scale.tables import asked_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAME = "bad-input"
AT_A_TIME = 3
PARAMETERS = yaml.safe_load(Path(TEMPLATE).read_text(encoding="utf-8"))["parameters"]
FOREIGN = {"heat_template_version": "2018-08-31", "resources": {"word": {"type": "OS::Heat::RandomString"}}}


@dataclass
class Table:
    """How the cases ended, and what was asked of the cloud meanwhile."""

    facts: dict[str, str]
    folder: Path
    results: dict[str, modules.Result]
    log: ApiLog


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Make a project in which nobody else is."""
    with Project(NAME, tmp_path_factory.mktemp("input")) as made:
        yield made


@pytest.fixture(scope="module")
def facts(project: Project, admin: Any) -> Iterator[dict[str, str]]:
    """Put things there that are easily mistaken, and return what messages say of them."""
    mine = project.session()
    images = [
        *(_image(mine, name="twin") for _ in range(2)),
        _image(mine, name="large", min_disk=100),
        mine.image.create_image(name="empty", disk_format="raw", container_format="bare"),
    ]
    networks = [mine.network.create_network(name="twin") for _ in range(2)]
    group = mine.compute.create_server_group(name="apart", policies=["soft-anti-affinity"])
    mine.orchestration.create_stack(name="elsewhere", template=FOREIGN)
    visible = list(mine.network.networks())
    other = admin.identity.find_project("demo", domain_id="default")
    yield {
        "cloud": f'"{NAME}"',
        "clouds": project.access["clouds_files"][0],
        "project": NAME,
        "twin_images": ", ".join(sorted(image.id for image in images[:2])),
        "twin_networks": ", ".join(sorted(network.id for network in networks)),
        "server_group": group.id,
        "private": _cidrs(mine, "private"),
        "user_rule": PARAMETERS["ssh_user"]["constraints"][0]["description"],
        "known_networks": _listed(network.name for network in visible),
        "external_networks": _listed(network.name for network in visible if network.is_router_external),
        "other_network": next(admin.network.networks(name="private", project_id=other.id)).id,
    }
    for image in images:
        mine.image.delete_image(image)
    mine.compute.delete_server_group(group)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(set(names)))


def _cidrs(mine: Any, network: str) -> str:
    subnets = mine.network.subnets(network_id=mine.network.find_network(network).id)
    return ", ".join(sorted(subnet.cidr for subnet in subnets))


def _image(mine: Any, **settings: Any) -> Any:
    data = io.BytesIO(b"x")
    return mine.image.create_image(
        disk_format="raw", container_format="bare", data=data, allow_duplicates=True, **settings
    )


@pytest.fixture(scope="module")
def table(
    request: pytest.FixtureRequest, project: Project, facts: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Table:
    """Run the cases that are asked for, some at a time."""
    folder = tmp_path_factory.mktemp("templates")
    asked = asked_for(request)
    names = [name for name in CASES if name in asked]
    with ApiLog(project.session()) as log, ThreadPoolExecutor(AT_A_TIME) as pool:
        results = pool.map(lambda name: _run(name, CASES[name], project, facts, folder), names)
        return Table(facts, folder, dict(zip(names, results, strict=True)), log)


def _run(name: str, case: Case, project: Project, facts: dict[str, str], folder: Path) -> modules.Result:
    own = _stack(folder) if case.module == "stack" else _hosts(case, facts)
    arguments = {**project.access, **own, **case.arguments}
    if case.arguments.get("hosts") == "twice":
        arguments["hosts"] = own["hosts"] * 2
    if case.template or case.text:
        path = _path(folder, name)
        path.write_text(case.text or yaml.safe_dump(_edited(case.template)), encoding="utf-8")
        arguments["template"] = str(path)
    return modules.run(case.module, {key: value for key, value in arguments.items() if value is not None})


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name.replace(' ', '-')}.yaml"


def _stack(folder: Path) -> dict[str, Any]:
    path = folder / "right.yaml"
    path.write_text(WORD, encoding="utf-8")
    return {"name": "bad", "template": str(path)}


def _hosts(case: Case, facts: dict[str, str]) -> dict[str, Any]:
    right = {"name": "bad", **HOST, "key_name": KEYS[0]}
    declared = {
        key: value.format(**facts) if isinstance(value, str) else value for key, value in (right | case.host).items()
    }
    return {"template": TEMPLATE, "hosts": [{key: value for key, value in declared.items() if value is not None}]}


def _edited(changes: dict[str, Any]) -> dict[str, Any]:
    template = yaml.safe_load(Path(TEMPLATE).read_text(encoding="utf-8"))
    for path, value in changes.items():
        *steps, last = path.split("/")
        place = template
        for step in steps:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return dict(template)


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_answered_with_the_remedy(table: Table, name: str) -> None:
    ended = table.results[name]
    assert ended.failed
    assert "Traceback" not in ended.stderr
    template = str(_path(table.folder, name))
    expected = CASES[name].message.format(**table.facts, template=template)
    start, anything, end = expected.partition("…")
    assert ended.message == (expected if not anything else start + ended.message[len(start) : -len(end)] + end)


def test_no_bad_input_writes(table: Table) -> None:
    assert table.log.requests
    assert table.log.writes == []
