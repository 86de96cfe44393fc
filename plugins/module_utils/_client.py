# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cloud: the only file that imports the OpenStack libraries.

One session for everything, with its token and connections kept. Each failure is one HeatdockError. Reads
are tried again a few times; whatever writes is sent once.

PRIVATE to the collection.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    HeatdockError,
    NoAnswerError,
    NotFoundError,
    plain_reason,
    quoted,
    suggestion,
)

SDK_IMPORT_ERROR: str | None = None
try:
    from keystoneauth1 import exceptions as ksa
    from keystoneauth1.adapter import Adapter
    from openstack.config import OpenStackConfig
    from openstack.exceptions import ConfigException
except ImportError:
    SDK_IMPORT_ERROR = traceback.format_exc()

Query = Sequence[tuple[str, str]]

CLOUD_OPTIONS: dict[str, dict[str, Any]] = {
    "cloud": {"type": "str"},
    "clouds_files": {"type": "list", "elements": "path", "default": []},
    "region_name": {"type": "str"},
    "api_timeout": {"type": "int"},
}
"""The options of every module that talks to a cloud, as the doc fragment `cloud` documents them."""

SERVICES = {"orchestration": "Heat", "image": "Glance", "compute": "Nova", "network": "Neutron"}
VERSIONED = ("image", "compute", "network")
"""Services whose catalogue entry may lack the API's version; all are at version 2."""

ANSWERED = ("GET", "POST")
"""Methods whose answer says something; Heat answers an update with a page of HTML."""

PAGE = 500
LONGEST_REQUEST = 120.0
"""Seconds until a request counts as unanswered where nobody says otherwise; Heat's own calls may take 60."""
READ_RETRIES: dict[str, Any] = {
    "connect_retries": 3,
    "status_code_retries": 3,
    "retriable_status_codes": [429, 502, 503, 504],
}
WRITE_ONCE: dict[str, Any] = {"connect_retries": 0, "status_code_retries": 0}

HTTP_NOT_FOUND, HTTP_CONFLICT = 404, 409
_STATUS = re.compile(r" \(HTTP \d{3}\)(?= \(Request-ID|$)")
"""What keystoneauth appends to the sentence of a service."""


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


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


class Client:
    """Calls of one cloud's APIs, as thin as they can be."""

    def __init__(self, options: CloudOptions) -> None:
        """Load the cloud's settings; nothing is sent yet."""
        if SDK_IMPORT_ERROR:
            raise HeatdockError("the Python library openstacksdk is missing; install it for Ansible's own Python")
        try:
            config, name = find_config(options)
            self._region = config.get_one(cloud=name, **options.arguments())
            self._session = self._region.get_session()
        except (ConfigException, ksa.AuthPluginException) as error:
            raise self._unusable(error) from error
        if self._session.timeout is None:
            self._session.timeout = LONGEST_REQUEST
        self._name = quoted(name or "from OS_*")
        self._adapters: dict[str, Adapter] = {}
        self._authenticated = False

    @staticmethod
    def _unusable(error: Exception) -> HeatdockError:
        return HeatdockError(f"the cloud's settings are not usable ({_one_line(error)}); correct clouds.yaml or OS_*")

    def call(self, service: str, method: str, path: str, *, query: Query = (), body: Any = None) -> Any:
        """Send one request and return what the answer holds; None for an empty answer."""
        self._authenticate()
        try:
            return self._call_once(service, method, path, query, body)
        except ValueError:
            if method != "GET":
                raise self._garbled(service, path) from None
        try:  # a busy server may cut an answer off
            return self._call_once(service, method, path, query, body)
        except ValueError:
            raise self._garbled(service, path) from None

    def _call_once(self, service: str, method: str, path: str, query: Query, body: Any) -> Any:
        retries = READ_RETRIES if method == "GET" else WRITE_ONCE
        try:
            answer = self._adapter(service).request(path, method, params=query, json=body, **retries)
        except ksa.ClientException as error:
            raise self._explained(error, service) from error
        return answer.json() if method in ANSWERED and answer.content else None

    def _garbled(self, service: str, path: str) -> HeatdockError:
        return NoAnswerError(
            f"cloud {self._name}: what {SERVICES[service]} answered to {path} is not JSON; "
            "try again, and check that its endpoint in the catalogue is right"
        )

    def pages(self, service: str, path: str, key: str, query: Query = ()) -> Iterator[dict[str, Any]]:
        """List what a collection holds, page by page."""
        marker: Query = ()
        while True:
            answer = self.call(service, "GET", path, query=[*query, ("limit", str(PAGE)), *marker])
            page = answer[key]
            yield from page
            links = [*(answer.get(f"{key}_links") or []), *(answer.get("links") or [])]
            if not page or not (answer.get("next") or any(link.get("rel") == "next" for link in links)):
                return
            marker = [("marker", page[-1]["id"])]

    def project(self) -> str:
        """Name the project that everything happens in."""
        self._authenticate()
        access = self._session.auth.get_access(self._session)  # type: ignore[union-attr]
        return str(access.project_name or access.project_id)

    def _authenticate(self) -> None:
        """Get the first token; some plugins find a missing setting only now and raise a bare Exception."""
        if self._authenticated:
            return
        try:
            self._session.get_auth_headers()
        except ksa.ClientException as error:
            raise self._explained(error, "orchestration") from error
        except Exception as error:
            raise self._unusable(error) from error
        self._authenticated = True

    def _adapter(self, service: str) -> Adapter:
        if service not in self._adapters:
            version: dict[str, Any] = {"min_version": "2", "max_version": "2.latest"} if service in VERSIONED else {}
            self._adapters[service] = Adapter(
                self._session,
                service_type=self._region.get_service_type(service),
                interface=self._region.get_interface(service),
                region_name=self._region.get_region_name(service),
                endpoint_override=self._region.get_endpoint(service),
                **version,
            )
        return self._adapters[service]

    def _explained(self, error: ksa.ClientException, service: str) -> HeatdockError:
        """Say in one sentence what failed and what helps."""
        status = getattr(error, "http_status", None)
        reason = plain_reason(_STATUS.sub("", _one_line(error).partition(": HTTP")[0]))
        sentence = self._connection_sentence(error, service, reason)
        kind: type[HeatdockError] = HeatdockError
        if isinstance(error, (ksa.ConnectionError, ksa.HttpServerError)):
            kind = NoAnswerError
        if status == HTTP_CONFLICT:
            kind = ConflictError
        if sentence is None and status == HTTP_NOT_FOUND:
            kind, sentence = NotFoundError, reason
        elif sentence is None and isinstance(error, ksa.HTTPClientError):
            sentence = f"{SERVICES[service]} refuses ({reason}); correct what it names"
        elif sentence is None:
            sentence = f"{SERVICES[service]} answered an error ({reason}); look at its log or try again"
        return kind(f"cloud {self._name}: {sentence}")

    def _connection_sentence(self, error: ksa.ClientException, service: str, reason: str) -> str | None:
        url = self._region.config.get("auth", {}).get("auth_url", "its auth_url")
        region = quoted(self._region.region_name)
        sentences = {
            ksa.Unauthorized: f"Keystone at {url} refused the credentials; check user, password and project",
            ksa.CatalogException: f"the catalogue has no {SERVICES[service]} endpoint ({service}) in region {region}; "
            f"check region_name and interface, or ask the operator for {SERVICES[service]}",
            ksa.SSLError: f"the TLS certificate is not trusted ({reason}); give its CA as cacert",
            ksa.DiscoveryFailure: f"no Keystone answers at {url}; check auth_url and the network",
            ksa.ConnectionError: f"an endpoint is unreachable ({reason}); check the address and the network",
        }
        return next((sentence for kind, sentence in sentences.items() if isinstance(error, kind)), None)
