# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a cloud's settings is said in one sentence, before or at the first call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client, CloudOptions, find_config
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError

if TYPE_CHECKING:
    from pathlib import Path

CLOUDS = """
clouds:
  heatdock-lab:
    auth:
      auth_url: http://127.0.0.1:9/v3
      username: demo
      password: wrong
      project_name: demo
      user_domain_name: Default
      project_domain_name: Default
  no-password:
    auth:
      auth_url: http://127.0.0.1:9/v3
      username: demo
      project_name: demo
      user_domain_name: Default
      project_domain_name: Default
  half:
    auth_type: v3password
    auth: {username: demo}
"""


@pytest.fixture
def clouds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("OS_CLOUD", raising=False)
    path = tmp_path / "clouds.yaml"
    path.write_text(CLOUDS)
    return str(path)


def error_of(cloud: str | None, files: list[str]) -> str:
    with pytest.raises(HeatdockError) as caught:
        Client(CloudOptions(cloud, files)).call("orchestration", "GET", "/stacks")
    return str(caught.value)


def test_an_unknown_cloud_names_the_closest(clouds: str) -> None:
    assert error_of("heatdck-lab", [clouds]).endswith('closest is "heatdock-lab"')


def test_os_cloud_names_the_cloud_where_no_option_does(clouds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLOUD", "haf")
    assert error_of(None, [clouds]).endswith('closest is "half"')


def test_more_files_are_searched_beside_the_one_of_the_environment(
    clouds: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = tmp_path / "usual.yaml"
    usual.write_text("clouds: {mine: {}}")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(usual))
    found = {name: find_config(CloudOptions(name, [clouds]))[0].config_filename for name in ("mine", "half")}
    assert found == {"mine": str(usual), "half": clouds}


def test_missing_settings_are_named(clouds: str) -> None:
    assert "user_domain_name" in error_of("half", [clouds])


def test_a_missing_password_is_named(clouds: str) -> None:
    error = error_of("no-password", [clouds])
    assert (
        error == "the cloud's settings are not usable (password is a required attribute); correct clouds.yaml or OS_*"
    )


def test_an_unreachable_keystone_is_named_with_its_address(clouds: str) -> None:
    error = error_of("heatdock-lab", [clouds])
    assert error.startswith('cloud "heatdock-lab"')
    assert "127.0.0.1" in error
    assert "check" in error
