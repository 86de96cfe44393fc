# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to say which cloud, right ones and wrong ones with the message they get; what stands in braces is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Login:
    """How a controller is told which cloud; nothing but this is in its home, folder and environment."""

    message: str = ""
    """Empty where it works."""
    clouds: dict[str, Any] | None = None
    """What differs of the right entry; None for no clouds.yaml."""
    place: str = "home/.config/openstack/clouds.yaml"
    files: dict[str, Any] = field(default_factory=dict)
    """Further YAML files by path."""
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)


def entry(message: str = "", auth: dict[str, Any] | None = None, **changes: Any) -> Login:
    """Return a login by an entry in clouds.yaml that differs so from the right one; None removes a setting."""
    return Login(message, clouds={"auth": auth or {}, **changes}, arguments={"cloud": "mine"})


def variables(message: str = "", **changes: str) -> Login:
    """Return a login by OS_* variables alone that differ so from the right ones; an empty text removes one."""
    right = {
        "OS_AUTH_URL": "{auth_url}",
        "OS_USERNAME": "{name}",
        "OS_PASSWORD": "{password}",
        "OS_PROJECT_NAME": "{name}",
        "OS_USER_DOMAIN_NAME": "Default",
        "OS_PROJECT_DOMAIN_NAME": "Default",
        "OS_REGION_NAME": "RegionOne",
    }
    merged = {**right, **{f"OS_{key.upper()}": value for key, value in changes.items()}}
    return Login(message, environment={key: value for key, value in merged.items() if value})


NO_USER: dict[str, str] = {"username": "", "password": "", "user_domain_name": ""}
NO_PROJECT: dict[str, str] = {"project_name": "", "project_domain_name": ""}
NOBODY: dict[str, Any] = dict.fromkeys(
    ("username", "password", "user_domain_name", "project_name", "project_domain_name")
)

NO_AUTH_URL = (
    "the cloud's settings are not usable (Auth plugin requires parameters which were not given: auth_url); "
    "correct clouds.yaml or OS_*"
)
_REFUSED = "Keystone at {auth_url} refused the credentials; "
PASSWORD_REFUSED = (
    f'cloud "mine": {_REFUSED}check user, password and project, '
    "and that the user is enabled and has a role in the project"
)
CREDENTIAL_REFUSED = (
    f'cloud "from OS_*": {_REFUSED}'
    "check the application credential's ID or name, its secret, and that it has not expired"
)
TRUST_REFUSED = f'cloud "from OS_*": {_REFUSED}check the trust, and that this is the user whom it was given to'
UNTRUSTED = (
    'cloud "mine": the TLS certificate of {tls_host} is not trusted (unable to get local issuer certificate); '
    "give its CA as cacert"
)

LOGINS: dict[str, Login] = {
    "clouds_files": Login(
        clouds={},
        place="elsewhere/clouds.yaml",
        arguments={"cloud": "mine", "clouds_files": ["{folder}/elsewhere/clouds.yaml"]},
    ),
    "OS_CLIENT_CONFIG_FILE": Login(
        clouds={},
        place="elsewhere/clouds.yaml",
        environment={"OS_CLIENT_CONFIG_FILE": "{folder}/elsewhere/clouds.yaml"},
        arguments={"cloud": "mine"},
    ),
    "clouds.yaml in the current folder": Login(clouds={}, place="clouds.yaml", arguments={"cloud": "mine"}),
    "clouds.yaml in the home": entry(),
    "OS_CLOUD": Login(clouds={}, environment={"OS_CLOUD": "mine"}),
    "secure.yaml": Login(
        clouds={"auth": {"password": None}},
        files={"home/.config/openstack/secure.yaml": {"clouds": {"mine": {"auth": {"password": "{password}"}}}}},
        arguments={"cloud": "mine"},
    ),
    "clouds-public.yaml": Login(
        clouds={"profile": "lab", "auth": {"auth_url": None}, "region_name": None},
        files={
            "home/.config/openstack/clouds-public.yaml": {
                "public-clouds": {"lab": {"auth": {"auth_url": "{auth_url}"}, "region_name": "RegionOne"}}
            }
        },
        arguments={"cloud": "mine"},
    ),
    "variables": variables(),
    "variables with IDs": variables(
        project_name="",
        project_id="{project_id}",
        user_domain_name="",
        user_domain_id="default",
        project_domain_name="",
    ),
    "variables of a user ID": variables(username="", user_domain_name="", user_id="{user_id}"),
    "auth_url without a version": variables(auth_url="{keystone}"),
    "application credential by ID": variables(
        **NO_USER,
        **NO_PROJECT,
        auth_type="v3applicationcredential",
        application_credential_id="{credential}",
        application_credential_secret="{secret}",
    ),
    "application credential by name": variables(
        **NO_PROJECT,
        password="",
        auth_type="v3applicationcredential",
        application_credential_name="one",
        application_credential_secret="{secret}",
    ),
    "application credential in clouds.yaml": entry(
        auth={**NOBODY, "application_credential_id": "{credential}", "application_credential_secret": "{secret}"},
        auth_type="v3applicationcredential",
    ),
    "token": variables(**NO_USER, auth_type="v3token", token="{token}"),
    "trust": variables(**NO_PROJECT, username="{trustee}", trust_id="{trust}"),
    "region": Login(
        clouds={"region_name": None, "regions": ["RegionOne", "RegionTwo"]},
        arguments={"cloud": "mine", "region_name": "RegionOne"},
    ),
    "internal interface": entry(interface="internal"),
    "CA in clouds.yaml": entry(auth={"auth_url": "{tls}"}, auth_type="v3password", cacert="{ca}"),
    "OS_CACERT": variables(auth_url="{tls}", auth_type="v3password", cacert="{ca}"),
    "CA of the system": Login(
        clouds={"auth": {"auth_url": "{tls}"}, "auth_type": "v3password"},
        environment={"SSL_CERT_FILE": "{ca}"},
        arguments={"cloud": "mine"},
    ),
    "REQUESTS_CA_BUNDLE": Login(
        clouds={"auth": {"auth_url": "{tls}"}, "auth_type": "v3password"},
        environment={"REQUESTS_CA_BUNDLE": "{ca}"},
        arguments={"cloud": "mine"},
    ),
    "no verification": entry(auth={"auth_url": "{tls}"}, auth_type="v3password", verify=False),
    # wrong
    "wrong password": entry(PASSWORD_REFUSED, auth={"password": "wrong"}),
    "unknown user": entry(PASSWORD_REFUSED, auth={"username": "nobody"}),
    "disabled user": entry(PASSWORD_REFUSED, auth={"username": "{disabled}"}),
    "unknown project": entry(PASSWORD_REFUSED, auth={"project_name": "nowhere"}),
    "project without a role": entry(PASSWORD_REFUSED, auth={"project_name": "demo"}),
    "unknown domain": entry(PASSWORD_REFUSED, auth={"user_domain_name": "Defualt"}),
    "no project": entry(
        (
            'cloud "mine": the credentials name no project; give project_name and project_domain_name, or '
            "OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME"
        ),
        auth={"project_name": None, "project_domain_name": None},
    ),
    "no password": entry(
        ("the cloud's settings are not usable (password is a required attribute); correct clouds.yaml or OS_*"),
        auth={"password": None},
    ),
    "no user": entry(
        'cloud "mine": Keystone at {auth_url} was given no user; give username or OS_USERNAME', auth={"username": None}
    ),
    "no auth_url": entry(NO_AUTH_URL, auth={"auth_url": None}),
    "no domain": entry(
        (
            'cloud "mine": Keystone at {auth_url} needs the domain of each name; give user_domain_name and '
            "project_domain_name"
        ),
        auth={"user_domain_name": None, "project_domain_name": None},
        identity_api_version=3,
    ),
    "unknown kind of login": entry(
        ("the cloud's settings are not usable (The plugin v3pasword could not be found); correct clouds.yaml or OS_*"),
        auth_type="v3pasword",
    ),
    "nothing at all": Login(
        "no cloud is named and OS_AUTH_URL is not set; name one with cloud or OS_CLOUD, or set "
        "OS_AUTH_URL and its family"
    ),
    "unknown cloud": Login(
        'cloud "mien" is not in the usual places of clouds.yaml; closest is "mine"',
        clouds={},
        arguments={"cloud": "mien"},
    ),
    "unknown region": Login(
        'region "RegionOn" is not one of cloud "mine"; closest is "RegionOne"',
        clouds={},
        arguments={"cloud": "mine", "region_name": "RegionOn"},
    ),
    "region without Heat": entry(
        (
            'cloud "mine": the catalogue has no Heat endpoint (orchestration) in region "RegionTwo"; check '
            "region_name and interface, or ask the operator for Heat"
        ),
        region_name="RegionTwo",
    ),
    "unknown interface": entry(
        (
            'cloud "mine": the catalogue has no Heat endpoint (orchestration) in region "RegionOne"; check '
            "region_name and interface, or ask the operator for Heat"
        ),
        interface="privat",
    ),
    "unknown application credential": variables(
        CREDENTIAL_REFUSED,
        **NO_USER,
        **NO_PROJECT,
        auth_type="v3applicationcredential",
        application_credential_id="0" * 32,
        application_credential_secret="x",
    ),
    "application credential with the wrong secret": variables(
        CREDENTIAL_REFUSED,
        **NO_USER,
        **NO_PROJECT,
        auth_type="v3applicationcredential",
        application_credential_id="{credential}",
        application_credential_secret="x",
    ),
    "expired application credential": variables(
        CREDENTIAL_REFUSED,
        **NO_USER,
        **NO_PROJECT,
        auth_type="v3applicationcredential",
        application_credential_id="{expired}",
        application_credential_secret="{secret}",
    ),
    "unknown token": variables(
        (
            'cloud "from OS_*": Keystone at {auth_url} refused the credentials; the token is wrong or has '
            "expired, get a new one"
        ),
        **NO_USER,
        auth_type="v3token",
        token="gAAAAA",
    ),
    "unknown trust": variables(TRUST_REFUSED, **NO_PROJECT, username="{trustee}", trust_id="0" * 32),
    "trust of somebody else": variables(TRUST_REFUSED, **NO_PROJECT, trust_id="{trust}"),
    "nobody listens": entry(
        (
            'cloud "mine": the endpoint http://127.0.0.1:9 refuses the connection; check auth_url and the '
            "network, or try again"
        ),
        auth={"auth_url": "http://127.0.0.1:9/v3"},
    ),
    "unknown host": entry(
        (
            'cloud "mine": the endpoint http://keystone.invalid:5000 has a name that does not resolve; check'
            " auth_url and the network, or try again"
        ),
        auth={"auth_url": "http://keystone.invalid:5000/v3"},
    ),
    "no Keystone": entry(
        'cloud "mine": no Keystone is at {no_keystone}/v3; correct auth_url', auth={"auth_url": "{no_keystone}/v3"}
    ),
    "auth_url is no URL": entry(
        'auth_url "10.90.0.2" is no URL; write it as https://cloud.example:5000/v3', auth={"auth_url": "10.90.0.2"}
    ),
    "untrusted CA": entry(UNTRUSTED, auth={"auth_url": "{tls}"}, auth_type="v3password"),
    "untrusted CA, by discovery": entry(UNTRUSTED, auth={"auth_url": "{tls}"}),
    "CA file that is not there": entry(
        (
            "the cloud's settings are not usable (Could not find a suitable TLS CA certificate bundle, "
            "invalid path: /nowhere/ca.pem); correct clouds.yaml or OS_*"
        ),
        auth={"auth_url": "{tls}"},
        auth_type="v3password",
        cacert="/nowhere/ca.pem",
    ),
    "certificate of another host": entry(
        (
            'cloud "mine": the TLS certificate of {tls_other_host} is for another host (IP address mismatch,'
            " certificate is not valid for '127.0.0.1'); correct the address or the certificate"
        ),
        auth={"auth_url": "{tls_other}"},
        auth_type="v3password",
        cacert="{ca}",
    ),
    "no TLS there": entry(
        (
            'cloud "mine": {no_tls_host} breaks the TLS connection off, as a port without TLS does too; try again, '
            "or write http:// if that is meant"
        ),
        auth={"auth_url": "{no_tls}"},
        auth_type="v3password",
    ),
    "clouds.yaml is no YAML": Login(
        (
            'cloud "mine" is not in the usual places of clouds.yaml; none is described there, write a '
            "clouds.yaml or correct its YAML"
        ),
        files={"home/.config/openstack/clouds.yaml": "clouds: ["},
        arguments={"cloud": "mine"},
    ),
    "entry without auth": Login(
        NO_AUTH_URL, files={"home/.config/openstack/clouds.yaml": {"clouds": {"mine": {}}}}, arguments={"cloud": "mine"}
    ),
}
