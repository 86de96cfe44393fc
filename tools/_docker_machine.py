# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page for people who come from docker-machine, with the cases of its suite from the table that a test checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DATA = ROOT / "docs/docker-machine.yml"
HEAD = """\
# From docker-machine

`docker hosts` has docker-machine's commands under their names, and takes its flags
([what each is here](parameters.md)).

| docker-machine | Here |
|---|---|
| `create -d openstack` | `create` |
| `config`, `env` | `env`; tools with contexts need neither. Certificates are those of the docker context |
| `active`, `inspect`, `ip`, `ls`, `mount`, `scp`, `ssh`, `start`, `status`, `stop`, `url`, `version` | the same names |
| `kill` | the same as `stop`, as it was with docker-machine on OpenStack |
| `restart` | restarts the server through Nova, and waits for dockerd |
| `provision`, `upgrade` | the roles; containers run on |
| `regenerate-certs` | the server certificate and this machine's client key; the host's CA stays |
| `rm` | nothing is left: floating IP, port, security group; your key pairs stay |
| `--native-ssh` | there is one SSH, OpenSSH's, which alone reads the pinned keys |
| `--engine-install-url` | an engine comes from signed package repositories; the option is refused with what to use |
| `--github-api-token`, `--storage-path`, `--bugsnag-api-token` | state is the inventory and the cloud; nobody is told |
| other drivers, `create` without a driver, driver plugins | hosts are Heat stacks |

## Your machines

```console
docker hosts import                      # all machines of ~/.docker/machine on OpenStack
docker hosts import web1 --store DIR     # one, of another store
```

Each becomes a declared host, with image, flavor, networks, key pair, security groups, options of the engine and names
in the certificate as docker-machine made it, and a docker context that reaches it. Credentials are not taken: the
fleet's cloud is. Nothing in the cloud is touched, and the host stays docker-machine's, with what is on it, until

```console
docker hosts create web1                 # makes its like as a Heat stack, and points the context there
docker-machine rm web1                   # when what was on the old one is moved
```

A key pair that docker-machine made goes with its machine, so it is left out; name one of yours in
`inventory/hosts.yml`. A machine whose name no host can have is refused, `default` among them, the docker client's own
name for the local daemon; name the others.

## Its tests

The driver-neutral cases of docker-machine's integration suite, asked of `docker hosts` on the lab by
`tests/cli/vm/test_docker_machine.py`:

| Suite | Case | Here |
|---|---|---|
"""


def render(banner: str, data: Mapping[str, Mapping[str, Any]]) -> str:
    """Write the page."""
    return f"<!-- {banner} -->\n{HEAD}" + "".join(_rows(data))


def _rows(data: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for suite, cases in data.items():
        for case, test in cases.items():
            here = f"`{test}`" if isinstance(test, str) else f"does not apply: {test['why']}"
            yield f"| {suite} | {case} | {here} |\n"
