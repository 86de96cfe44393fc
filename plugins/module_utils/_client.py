# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cloud: the only file that imports the OpenStack libraries.

One session for everything, with its token and connections kept. Each failure is one HeatdockError. What
changes nothing (reads, asking for a token or an endpoint) is tried again a few times; whatever writes is sent once,
unless the service put it off.

PRIVATE to the collection.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import IOBase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import (
    ConflictError,
    ForbiddenError,
    HeatdockError,
    NoAnswerError,
    NotFoundError,
    plain_reason,
    quoted,
    suggestion,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._login import (
    NO_PROJECT,
    URL,
    WITHOUT_TRUSTS,
    distrust,
    is_cut,
    is_delegated,
    is_url,
    refusal,
    system_authorities,
    unusable,
)

SDK_IMPORT_ERROR: str | None = None
try:
    import requests
    from keystoneauth1 import exceptions as ksa
    from keystoneauth1.adapter import Adapter
    from keystoneauth1.session import Session, TCPKeepAliveAdapter
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

SERVICES = {
    "orchestration": "Heat",
    "image": "Glance",
    "compute": "Nova",
    "network": "Neutron",
    "block-storage": "Cinder",
}
VERSIONS = {"image": 2, "compute": 2, "network": 2, "block-storage": 3}
"""Versions of the APIs whose catalogue entry may lack it."""

ONLY_JUDGED = ("/preview", "/validate")
"""How the paths end at which Heat only judges what it is sent, and changes nothing."""

ANSWERED = ("GET", "POST")
"""Methods whose answer says something; Heat answers an update with a page of HTML."""

PAGE = 500
LONGEST_REQUEST = (10.0, 120.0)
"""Seconds until a connection, and until an answer, counts as failed where nobody says otherwise; Heat's own calls
may take 60."""
PAUSES = (1.0, 2.0, 4.0)
"""Seconds between attempts; one more attempt than these is made."""
LONGEST_PAUSE = 30.0
"""The most that a service's own wish for a pause is followed."""
REACHED_FOR = 5.0
"""Seconds for which a token and an endpoint are not looked at again; keystoneauth renews tokens half a minute early."""
PATIENCE = 150.0
"""Seconds after which no further attempt is begun."""

HTTP_FORBIDDEN, HTTP_NOT_FOUND, HTTP_CONFLICT, HTTP_TOO_MANY, HTTP_BROKEN = 403, 404, 409, 429, 500
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""What names other CAs than the system's."""
_CONNECTION_REASONS = {
    "refused": "refuses the connection",
    "resolution|resolve|not known": "has a name that does not resolve",
    "[Tt]imed out": "did not answer in time",
    "unreachable|No route": "is not reachable from here",
    "": "cut the connection",
}
"""What a connection's error says, as a pattern, and how that is put plainly; the first that fits."""
_STATUS = re.compile(r" \(HTTP \d{3}\)(?= \(Request-ID|$)")
"""What keystoneauth appends to the sentence of a service."""


@dataclass
class CloudOptions:
    """Which cloud, and how to reach it."""

    cloud: str | None = None
    clouds_files: list[str] = field(default_factory=list)
    region_name: str | None = None
    api_timeout: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        if self.api_timeout is not None and self.api_timeout < 1:
            raise HeatdockError(f"api_timeout is {self.api_timeout}; give 1 or more")

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
        config = OpenStackConfig(config_files=[path], load_envvars=False)  # else OS_CLIENT_CONFIG_FILE comes before it
        if name in config.get_cloud_names():
            return config, name
        known |= set(config.get_cloud_names()) - {"defaults"}
    places = ", ".join([*options.clouds_files, "the usual places of clouds.yaml"])
    remedy = suggestion(name, known) if known else "none is described there, write a clouds.yaml or correct its YAML"
    raise HeatdockError(f"cloud {quoted(name)} is not in {places}; {remedy}")


def _connections() -> requests.Session:
    """Make connections that ask the environment once for each server about proxies and CAs, and use no netrc."""

    class Connections(requests.Session):
        def merge_environment_settings(self, url: str, *settings: Any) -> Any:
            key = (*urlsplit(url)[:2], repr(settings))
            if key not in known:
                known[key] = super().merge_environment_settings(url, *settings)
            return known[key]

    known: dict[tuple[str, ...], Any] = {}
    connections = Connections()
    connections.auth = lambda request: request  # who calls is told by the token
    for scheme in tuple(connections.adapters):
        connections.mount(scheme, TCPKeepAliveAdapter())
    return connections


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


class Client:
    """Calls of one cloud's APIs, as thin as they can be."""

    def __init__(self, options: CloudOptions) -> None:
        """Load the cloud's settings; nothing is sent yet."""
        if SDK_IMPORT_ERROR:
            raise HeatdockError("the Python library openstacksdk is missing; install it for Ansible's own Python")
        logging.getLogger("keystoneauth").addHandler(logging.NullHandler())  # what it warns of is told by the error
        self._cloud = options.cloud or os.environ.get("OS_CLOUD")
        try:
            config, name = find_config(options)
            self._region = config.get_one(cloud=name, **options.arguments())
            made = partial(Session, session=_connections())
            self._region.set_session_constructor(made)  # type: ignore[arg-type]  # any callable, as documented
            self._session = self._region.get_session()
        except (ConfigException, ksa.AuthPluginException) as error:
            raise self._unusable(error) from error
        auth_url = self.auth_url()
        if auth_url and not is_url(auth_url):
            raise HeatdockError(f"auth_url {quoted(auth_url)} is no URL; write it as https://cloud.example:5000/v3")
        if self._session.verify is True and not any(os.environ.get(name) for name in CA_VARIABLES):
            self._session.verify = system_authorities() or True
        if self._session.timeout is None:
            self._session.timeout = LONGEST_REQUEST  # type: ignore[assignment]  # it is for requests, which takes both
        self._name = quoted(name or "from OS_*")
        self._adapters: dict[str, Adapter] = {}
        self._reached: dict[str, tuple[float, str]] = {}
        self._reaching = {service: threading.Lock() for service in SERVICES}

    def _unusable(self, error: Exception) -> HeatdockError:
        return HeatdockError(unusable(_one_line(error), self._cloud))

    def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: Any = None,
        media: str | None = None,
        microversion: str | None = None,
    ) -> Any:
        """Send one request and return what the answer holds; None for an empty answer.

        The body is sent as JSON, of the media type if one is given; an open file is sent as it stands.
        """
        url = f"{self._patiently(lambda: self._reach(service))}/{path.lstrip('/')}"
        reads = method == "GET" or path.endswith(ONLY_JUDGED)
        more = _as_sent(body, media) | ({"microversion": microversion} if microversion else {})
        return self._patiently(lambda: self._send(service, method, url, query, more), reads=reads)

    def _patiently(self, attempt: Callable[[], Any], *, reads: bool = True) -> Any:
        """Try again a few times what got no answer; of writes only what certainly was not carried out."""
        started = time.monotonic()
        for pause in PAUSES:
            try:
                return attempt()
            except NoAnswerError as error:
                if not (reads or self._is_put_off(error)) or time.monotonic() - started > PATIENCE:
                    raise
                time.sleep(min(_wished_pause(error) or pause, LONGEST_PAUSE))
        return attempt()

    def _is_put_off(self, error: NoAnswerError) -> bool:
        """Tell whether nothing was done: there were too many requests, or no token was to be had for this one."""
        cause = error.__cause__
        return _status_of(cause) == HTTP_TOO_MANY or (
            isinstance(cause, ksa.ClientException) and self._is_keystones(cause)
        )

    def _reach(self, service: str) -> str:
        """Have a token that is valid for a while yet, and return the endpoint; looked at again after some seconds."""
        now = time.monotonic()
        until, url = self._reached.get(service, (0.0, ""))
        if now < until:
            return url
        self._authenticate()
        try:
            with self._reaching[service]:  # else threads that begin at once each ask for the versions
                url = self._endpoint(service)
        except ksa.ClientException as error:
            raise self._explained(error, service) from error
        self._reached[service] = (now + REACHED_FOR, url)
        return url

    def _endpoint(self, service: str) -> str:
        """Return a service's address; empty where it is for keystoneauth to say, as for what clouds.yaml overrides."""
        adapter = self._adapter(service)
        endpoint = adapter.get_endpoint_data() if service in VERSIONS else None
        if endpoint and not endpoint.api_version:
            raise NoAnswerError(
                f"cloud {self._name}: {SERVICES[service]} does not say which versions of its API it has; "
                "look at its log or try again"
            )
        return "" if adapter.endpoint_override else (adapter.get_endpoint() or "").rstrip("/")

    def _send(self, service: str, method: str, url: str, query: Query, more: dict[str, Any]) -> Any:
        if "data" in more:
            more["data"].seek(0)  # it may not be the first attempt
        adapter = self._adapter(service)
        try:
            answer = adapter.request(url, method, params=query, connect_retries=0, status_code_retries=0, **more)
        except ksa.ClientException as error:
            raise self._explained(error, service) from error
        try:
            return answer.json() if method in ANSWERED and answer.content else None
        except ValueError:
            raise self._garbled(service, url) from None

    def _garbled(self, service: str, url: str) -> HeatdockError:
        return NoAnswerError(
            f"cloud {self._name}: what {SERVICES[service]} answered to {url} is not JSON; "
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

    def auth_url(self) -> str:
        """Return the address of Keystone."""
        return str(self._region.config.get("auth", {}).get("auth_url") or "")

    def project(self) -> str:
        """Name the project that everything happens in."""
        self._authenticate()
        access = self._session.auth.get_access(self._session)  # type: ignore[union-attr]
        return str(access.project_name or access.project_id)

    def project_id(self) -> str:
        """Return that project's ID, empty where nobody logs in."""
        self._authenticate()
        return str(self._session.get_project_id() or "")

    def _authenticate(self) -> None:
        """Get a token unless there is one; some plugins find a missing setting only now and raise a bare Exception."""
        try:
            self._session.get_auth_headers()
        except ksa.ClientException as error:
            raise self._explained(error, "orchestration") from error
        except Exception as error:
            raise self._unusable(error) from error
        if hasattr(self._session.auth, "get_access") and not self._session.get_project_id():
            raise HeatdockError(f"cloud {self._name}: {NO_PROJECT}")

    def _adapter(self, service: str) -> Adapter:
        if service not in self._adapters:
            major = VERSIONS.get(service)
            version: dict[str, Any] = {"min_version": f"{major}", "max_version": f"{major}.latest"} if major else {}
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
        asked = "Keystone" if self._is_keystones(error) else SERVICES[service]
        reason = plain_reason(_STATUS.sub("", _one_line(error).partition(": HTTP")[0]))
        if asked == "Keystone" and (sentence := refusal(self._region.config, _status_of(error), reason)):
            return HeatdockError(f"cloud {self._name}: {sentence}")
        sentence = self._connection_sentence(error, service, asked)
        kind = _kind_of(error)
        if _status_of(error) == HTTP_TOO_MANY:
            sentence = f"{asked} gets too many requests; run again later, or with fewer at a time"
        elif sentence is None and kind is NotFoundError:
            sentence = reason
        elif sentence is None and isinstance(error, ksa.HTTPClientError):
            sentence = f"{asked} refuses ({reason}); correct what it names"
        elif sentence is None:
            is_broken = asked == "Heat" and _status_of(error) == HTTP_BROKEN
            remedy = f"; {WITHOUT_TRUSTS}" if is_broken and is_delegated(self._region.config) else ""
            sentence = f"{asked} answered an error ({reason}); look at its log or try again{remedy}"
        return kind(f"cloud {self._name}: {sentence}")

    def _is_keystones(self, error: ksa.ClientException) -> bool:
        """Tell whether it is Keystone that an error comes from, which may be asked for a token before any call."""
        auth_url = self._region.config.get("auth", {}).get("auth_url")
        return bool(auth_url) and auth_url in (getattr(error, "url", None) or str(error))

    def _connection_sentence(self, error: ksa.ClientException, service: str, asked: str) -> str | None:
        text = _one_line(error)
        address = "auth_url" if asked == "Keystone" else "the address"
        url = self._region.config.get("auth", {}).get("auth_url", "its auth_url")
        region = quoted(self._region.region_name)
        sentences = {
            ksa.Unauthorized: f"Keystone at {url} refused the credentials; check user, password and project",
            ksa.CatalogException: f"the catalogue has no {asked} endpoint ({service}) in region {region}; "
            f"check region_name and interface, or ask the operator for {asked}",
            ksa.SSLError: distrust(text),
            ksa.DiscoveryFailure: f"no Keystone answers at {url}; check auth_url and the network",
            ksa.ConnectionError: f"{_connection_reason(text)}; check {address} and the network, or try again",
        }
        return next((sentence for kind, sentence in sentences.items() if isinstance(error, kind)), None)


def _as_sent(body: Any, media: str | None) -> dict[str, Any]:
    """Return how a body is handed to the session."""
    content = {"data": body} if isinstance(body, IOBase) else {"json": body}
    return {**content, "headers": {"Content-Type": media}} if media else content


def _connection_reason(reason: str) -> str:
    """Say plainly what happened to a connection, and to which address."""
    address = URL.search(reason)
    plainly = next(text for pattern, text in _CONNECTION_REASONS.items() if re.search(pattern, reason))
    return f"the endpoint {address[0] if address else 'of the cloud'} {plainly}"


def _status_of(error: BaseException | None) -> int | None:
    """Return the status that a service answered with; None without an answer."""
    return getattr(error, "http_status", None)


def _kind_of(error: ksa.ClientException) -> type[HeatdockError]:
    """Return the kind of error by which callers tell what may have happened."""
    by_status = {
        HTTP_FORBIDDEN: ForbiddenError,
        HTTP_NOT_FOUND: NotFoundError,
        HTTP_CONFLICT: ConflictError,
        HTTP_TOO_MANY: NoAnswerError,
    }
    unanswered = isinstance(error, (ksa.ConnectionError, ksa.HttpServerError, ksa.DiscoveryFailure))
    distrusted = isinstance(error, ksa.SSLError) and not is_cut(str(error))
    usual = NoAnswerError if unanswered and not distrusted else HeatdockError
    return by_status.get(_status_of(error) or 0, usual)


def _wished_pause(error: NoAnswerError) -> float:
    """Return the seconds after which a service wants to be asked again; 0 where it does not say."""
    response = getattr(error.__cause__, "response", None)
    wish = str(response.headers.get("Retry-After", "")) if response is not None else ""
    return float(wish) if wish.isdecimal() else 0.0
