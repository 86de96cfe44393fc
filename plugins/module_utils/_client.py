# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cloud: the only file that imports the OpenStack libraries.

One session for everything, with its token and connections kept. Each failure is one HeatdockError.

PRIVATE to the collection.
"""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, quoted, suggestion

SDK_IMPORT_ERROR: str | None = None
try:
    from keystoneauth1 import exceptions as ksa
    from keystoneauth1.adapter import Adapter
    from openstack.config import OpenStackConfig
    from openstack.exceptions import ConfigException
except ImportError:
    SDK_IMPORT_ERROR = traceback.format_exc()

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 500
HTTP_NOT_FOUND = 404


@dataclass
class CloudOptions:
    """Which cloud, and how to reach it."""

    cloud: str | None = None
    clouds_files: list[str] = field(default_factory=list)
    region_name: str | None = None
    api_timeout: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Return what overrides the settings of the named cloud."""
        given = {"region_name": self.region_name, "api_timeout": self.api_timeout}
        return {key: value for key, value in given.items() if value is not None}


def find_config(options: CloudOptions) -> tuple[OpenStackConfig, str | None]:
    """Find the configuration that knows the cloud: the usual places, then the extra files."""
    usual = OpenStackConfig()
    name = options.cloud or os.environ.get("OS_CLOUD")
    known = set(usual.get_cloud_names()) - {"defaults"}
    if not name or name in known:
        return usual, name
    files = [path for path in options.clouds_files if Path(path).is_file()]
    for path in files:
        config = OpenStackConfig(config_files=[path])
        if name in config.get_cloud_names():
            return config, name
        known |= set(config.get_cloud_names()) - {"defaults"}
    places = ", ".join([*options.clouds_files, "the usual places of clouds.yaml"])
    raise HeatdockError(f"cloud {quoted(name)} is not in {places}; {suggestion(name, known)}")


class Client:
    """Calls of one cloud's APIs, as thin as they can be."""

    def __init__(self, options: CloudOptions) -> None:
        """Load the cloud's settings; nothing is sent yet."""
        try:
            config, name = find_config(options)
            self._region = config.get_one(cloud=name, **options.arguments())
            self._session = self._region.get_session()
        except (ConfigException, ksa.AuthPluginException) as error:
            reason = " ".join(str(error).split()).rstrip(".")
            raise HeatdockError(
                f"the cloud's settings are not usable ({reason}); correct clouds.yaml or OS_*"
            ) from error
        self._name = quoted(name or "from OS_*")
        self._heat = Adapter(
            self._session,
            service_type=self._region.get_service_type("orchestration"),
            interface=self._region.get_interface("orchestration"),
            region_name=self._region.get_region_name("orchestration"),
            endpoint_override=self._region.get_endpoint("orchestration"),
        )

    def stacks(self, tag: str) -> Iterator[dict[str, Any]]:
        """List the stacks that carry a tag, page by page."""
        marker: dict[str, str] = {}
        while True:
            page = self._get("/stacks", {"tags": tag, "limit": str(PAGE), **marker})["stacks"]
            yield from page
            if len(page) < PAGE:
                return
            marker = {"marker": page[-1]["id"]}

    def stack(self, name: str, stack_id: str) -> dict[str, Any] | None:
        """Read a stack with its outputs; None when it is gone."""
        try:
            return dict(self._get(f"/stacks/{name}/{stack_id}", {})["stack"])
        except _NotFoundError:
            return None

    def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        try:
            return dict(self._heat.get(path, params=query).json())
        except ksa.ClientException as error:
            raise self._explained(error) from error

    def _explained(self, error: ksa.ClientException) -> Exception:
        """Say in one sentence what failed and what helps."""
        url = self._region.config.get("auth", {}).get("auth_url", "its auth_url")
        region = self._region.region_name
        reason = " ".join(str(error).split(": HTTP")[0].split()).rstrip(".")
        cloud = f"cloud {self._name}"
        if getattr(error, "http_status", None) == HTTP_NOT_FOUND:
            return _NotFoundError(f"{cloud}: {reason}")
        sentences = {
            ksa.Unauthorized: f"Keystone at {url} refused the credentials; check user, password and project",
            ksa.CatalogException: f"the catalogue has no Heat endpoint (orchestration) in region {quoted(region)}; "
            "check region_name and interface, or ask the operator for Heat",
            ksa.SSLError: f"the TLS certificate is not trusted ({reason}); give its CA as cacert",
            ksa.DiscoveryFailure: f"no Keystone answers at {url}; check auth_url and the network",
            ksa.ConnectionError: f"an endpoint is unreachable ({reason}); check the address and the network",
        }
        for kind, sentence in sentences.items():
            if isinstance(error, kind):
                return HeatdockError(f"{cloud}: {sentence}")
        return HeatdockError(f"{cloud}: Heat answered an error ({reason}); look at Heat's log or try again")


class _NotFoundError(HeatdockError):
    """What was asked for is not there."""
