# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input and what it is answered, as data; what stands in braces is filled in by the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.heatdock.hosts.plugins.module_utils._errors import suggestion
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS

NOWHERE = "6e0a3f0e-54dc-4c6c-9a4e-0d1c5a2b7a11"


@dataclass(frozen=True)
class Case:
    """Arguments that differ from right ones, and the message they get."""

    message: str
    module: str = "docker_hosts"
    host: dict[str, Any] = field(default_factory=dict)
    """What differs of the one host; None removes an option."""
    arguments: dict[str, Any] = field(default_factory=dict)
    """What differs of the module's other arguments; None removes one."""
    template: dict[str, Any] = field(default_factory=dict)
    """What differs of the template, by path."""
    text: str = ""
    """A template's whole text."""


def host(message: str, **changes: Any) -> Case:
    """Return a case of one wrong host, whose messages begin with its name."""
    name = changes.get("name", "bad")
    return Case("; ".join(f"host {name}: {item}" for item in message.split("; host: ")), host=changes)


def wrong_type(message: str, **changes: Any) -> Case:
    """Return a case of one host that Ansible itself refuses."""
    return Case(message, host=changes)


def arguments(message: str, **changes: Any) -> Case:
    """Return a case of wrong arguments."""
    return Case(message, arguments=changes)


def template(message: str, **changes: Any) -> Case:
    """Return a case of a wrong template, by path with two underlines for a slash."""
    return Case(message, template={name.replace("__", "/"): value for name, value in changes.items()})


def stack(message: str, text: str = "", **changes: Any) -> Case:
    """Return a case of the module `stack`, with a template of this text."""
    return Case(message, "stack", arguments=changes, text=text)


def _template(parameter: str, resource: str) -> str:
    parameters = f"parameters:\n  {parameter}\n" if parameter else ""
    return f"heat_template_version: 2018-08-31\n{parameters}resources:\n  thing: {resource}\n"


IMAGE = _template(
    "picture: {type: string}",
    "{type: OS::Nova::Server, properties: {image: {get_param: picture}, flavor: docker.small}}",
)
SUBNETS = _template(
    "subnets: {type: comma_delimited_list, constraints: [{custom_constraint: neutron.subnet}]}",
    "{type: OS::Heat::Value, properties: {value: {get_param: subnets}}}",
)
VOLUME = _template(
    "kind: {type: string}", "{type: OS::Cinder::Volume, properties: {size: 1, volume_type: {get_param: kind}}}"
)
GROUP = _template(
    "group: {type: string}",
    "{type: OS::Nova::Server, properties: {flavor: docker.small, scheduler_hints: {group: {get_param: group}}}}",
)
WORD = _template("", "{type: OS::Heat::RandomString, properties: {length: 8}}")

CASES: dict[str, Case] = {
    # arguments
    "state misspelt": arguments(
        "value of state must be one of: present, absent, started, stopped, restarted, replaced, checked, got: presnt",
        state="presnt",
    ),
    "unknown argument": arguments(
        (
            "Unsupported parameters for (heatdock.hosts.docker_hosts) module: tempalte. Supported parameters"
            " include: api_timeout, cloud, clouds_files, declared, hosts, max_parallel, plan_file, prune, region_name, "
            "state, template, timeout."
        ),
        tempalte="x",
    ),
    "no template": arguments("state is present but all of the following are missing: template", template=None),
    "host without a name": wrong_type("missing required arguments: name found in hosts", name=None),
    "unknown option of a host": wrong_type(
        (
            "Unsupported parameters for (heatdock.hosts.docker_hosts) module: hosts.flavour. Supported "
            f"parameters include: {', '.join(sorted(HOST_OPTIONS))}."
        ),
        flavour="docker.small",
    ),
    "hosts is a text": arguments("dictionary requested, could not parse JSON or key=value", hosts="web1"),
    "max_parallel of nothing": arguments("max_parallel is 0; give 1 or more", max_parallel=0),
    "max_parallel is a word": arguments(
        (
            "argument 'max_parallel' is of type str and we were unable to convert to int: \"'many'\" cannot be"
            " converted to an int"
        ),
        max_parallel="many",
    ),
    "timeout in the past": arguments("timeout is -1; give 1 or more", timeout=-1),
    "api_timeout is a word": arguments(
        (
            "argument 'api_timeout' is of type str and we were unable to convert to int: \"'soon'\" cannot be "
            "converted to an int"
        ),
        api_timeout="soon",
    ),
    "api_timeout of nothing": arguments("api_timeout is 0; give 1 or more", api_timeout=0),
    "declared twice": Case("host bad: is declared 2 times; declare it once", arguments={"hosts": "twice"}),
    # cloud
    "cloud misspelt": arguments(
        'cloud "bad-inpt" is not in {clouds}, the usual places of clouds.yaml; closest is {cloud}',
        cloud="bad-inpt",
    ),
    "no clouds.yaml": arguments(
        (
            "cloud {cloud} is not in /nowhere/clouds.yaml, the usual places of clouds.yaml; none is "
            "described there, write a clouds.yaml or correct its YAML"
        ),
        clouds_files=["/nowhere/clouds.yaml"],
    ),
    "region misspelt": arguments(
        'region "RegionOn" is not one of cloud {cloud}; closest is "RegionOne"', region_name="RegionOn"
    ),
    # template
    "template is not there": arguments(
        "template /nowhere/host.yaml cannot be read (No such file or directory); correct its path",
        template="/nowhere/host.yaml",
    ),
    "template is a folder": arguments(
        "template /tmp cannot be read (Is a directory); correct its path", template="/tmp"
    ),
    "template is no text": arguments(
        "template /bin/true is not a text file; give the path of a YAML file", template="/bin/true"
    ),
    "template is no YAML": Case("template {template} is not valid YAML at line 2; correct it", text="resources: [\n"),
    "template is a list": Case(
        "template {template} has no resources section; give the path of a HOT file", text="- resources\n"
    ),
    "template without resources": Case(
        "template {template} has no resources section; give the path of a HOT file",
        text="heat_template_version: 2018-08-31\n",
    ),
    "resources are a list": Case(
        "template {template}: its resources are not a map of maps; correct them",
        text="heat_template_version: 2018-08-31\nresources: [a]\n",
    ),
    "resource is a text": template(
        "template {template}: its resources are not a map of maps; correct them", resources__port="x"
    ),
    "resource without a type": template(
        'template {template}: resource "port" has no type; give it one', resources__port__type=None
    ),
    "template of a version that there is not": template(
        (
            'cloud {cloud}: Heat refuses (The template version is invalid: "heat_template_version: '
            '2099-01-01". "heat_template_version" should be one of: 2013-05-23, 2014-10-16, 2015-04-30, '
            "2015-10-15, 2016-04-08, 2016-10-14, 2017-02-24, 2017-09-01, 2018-03-02, 2018-08-31, 2021-04-16,"
            " newton, ocata, pike, queens, rocky, wallaby); correct what it names"
        ),
        heat_template_version="2099-01-01",
    ),
    "parameter that the template lacks": template(
        (
            'host bad: the template has no parameter "key_name"; '
            + suggestion("key_name", set(HOST_OPTIONS) - {"key_name", "name"})
        ),
        parameters__key_name=None,
    ),
    "type that there is not": template(
        (
            "cloud {cloud}: Heat refuses (The Resource Type (OS::Nova::Servr) could not be found); closest "
            'is "OS::Nova::Server"'
        ),
        resources__server__type="OS::Nova::Servr",
    ),
    "property that there is not": template(
        (
            "cloud {cloud}: Heat refuses (Property error: resources.server.properties: Unknown Property "
            'flavour); closest is "flavor"'
        ),
        resources__server__properties__flavour="x",
    ),
    "property within one that there is not": template(
        (
            "cloud {cloud}: Heat refuses (Property error: resources.port.properties.fixed_ips[0]: Unknown "
            'Property ip_adress); closest is "ip_address"'
        ),
        resources__port__properties__fixed_ips=[{"ip_adress": "10.0.0.9"}],
    ),
    "property of the wrong type": template(
        (
            'cloud {cloud}: Heat refuses (Property error: resources.server.properties.config_drive: "maybe" '
            "is not a valid boolean); correct what it names"
        ),
        resources__server__properties__config_drive="maybe",
    ),
    "property that is missing": template(
        (
            "cloud {cloud}: Heat refuses (Property error: resources.port.properties: Property network not "
            "assigned); correct what it names"
        ),
        resources__port__properties__network=None,
    ),
    "resource that is referred to and not there": template(
        'cloud {cloud}: Heat refuses (The specified reference "prt" (in server) is incorrect); closest is "port"',
        resources__server__depends_on="prt",
    ),
    "parameter that is referred to and not there": template(
        (
            "cloud {cloud}: Heat refuses (Property error: resources.server.properties.tags: The Parameter "
            '(imag) was not provided); closest is "image"'
        ),
        resources__server__properties__tags=[{"get_param": "imag"}],
    ),
    "attribute that there is not": template(
        "cloud {cloud}: Heat refuses (The Referenced Attribute (port mac) is incorrect); correct what it names",
        resources__server__properties__tags=[{"get_attr": ["port", "mac"]}],
    ),
    "condition that there is not": template(
        'cloud {cloud}: Heat refuses (Invalid condition "wanted"); known are "boots_from_image", … more',
        resources__port__condition="wanted",
    ),
    # Heat writes down the circle in any order.
    "circle": template(
        "cloud {cloud}: Heat refuses (Circular Dependency Found: {{…}}); correct what it names",
        resources__port__depends_on="server",
    ),
    "type for administrators": template(
        (
            "cloud {cloud}: Heat refuses (You are not authorized to use resource_types:OS::Nova::Flavor); "
            "correct what it names"
        ),
        resources__size={"type": "OS::Nova::Flavor", "properties": {"ram": 1, "vcpus": 1}},
    ),
    "literal image misspelt": template(
        (
            'host bad: image "debian-13-dockr" (server.image) not found in project {project}; closest is '
            '"debian-13-docker"'
        ),
        resources__server__properties__image="debian-13-dockr",
    ),
    "literal security group misspelt": template(
        (
            'host bad: security group "defualt" (port.security_groups[0]) not found in project {project}; '
            'closest is "default"'
        ),
        resources__port__properties__security_groups=["defualt"],
    ),
    "availability zone misspelt": template(
        (
            'host bad: availability zone "nva" (server.availability_zone) not found in project {project}; '
            'closest is "nova"'
        ),
        resources__server__properties__availability_zone="nva",
    ),
    "server group that there is not": template(
        (
            'host bad: server group "6e0a3f0e-54dc-4c6c-9a4e-0d1c5a2b7a11" (server.scheduler_hints.group) '
            'not found in project {project}; known are "apart"'
        ),
        resources__server__properties__scheduler_hints={"group": NOWHERE},
    ),
    "server group by name in the template": template(
        (
            'host bad: server group "apart" (server.scheduler_hints.group) is a name where only an ID works;'
            " write {server_group}, or use a parameter"
        ),
        resources__server__properties__scheduler_hints={"group": "apart"},
    ),
    # host
    "name with an underline": host(
        'the name "web_1" is not a host name; use 2 to 63 letters, digits and hyphens, a letter first', name="web_1"
    ),
    "name of one letter": host(
        'the name "w" is not a host name; use 2 to 63 letters, digits and hyphens, a letter first', name="w"
    ),
    "name that is too long": host(
        (
            'the name "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww" is not a host name;'
            " use 2 to 63 letters, digits and hyphens, a letter first"
        ),
        name="w" * 64,
    ),
    "no image": host("image is missing; give a value (Image of the server, by name or ID)", image=None),
    "no networks to manage from": host('management_cidrs "" is empty; give a value', management_cidrs=[]),
    "network that is none": host(
        'management_cidrs "10.88.0.0/33" is not a network; write it as in 203.0.113.0/24',
        management_cidrs=["10.88.0.0/33"],
    ),
    "network with host bits": host(
        'management_cidrs "10.88.0.1/24" has host bits set; its network is "10.88.0.0/24"',
        management_cidrs=["10.88.0.1/24"],
    ),
    "fixed address of another network": host(
        'fixed_addresses "192.0.2.7" is in no subnet of network "private", which has {private}; choose another address',
        fixed_addresses=["192.0.2.7"],
    ),
    "user that is none": host('ssh_user "Root!" is refused: {user_rule}', ssh_user="Root!"),
    "user whose group images have": host('ssh_user "operator" is refused: {user_rule}', ssh_user="operator"),
    "channel that is none": host('engine_channel "Stable" does not match [a-z]+; correct it', engine_channel="Stable"),
    "time that is too short": host('ready_timeout "10" is less than 60; give more', ready_timeout=10),
    "time that is too long": host('ready_timeout "100000" is more than 43200; give less', ready_timeout=100000),
    "time that is a word": wrong_type(
        (
            "argument 'ready_timeout' is of type str found in 'hosts'. and we were unable to convert to int: "
            "\"'soon'\" cannot be converted to an int"
        ),
        ready_timeout="soon",
    ),
    # names
    "image misspelt": host(
        'image "debian-13-dockr" not found in project {project}; closest is "debian-13-docker"', image="debian-13-dockr"
    ),
    "image in capitals": host(
        'image "DEBIAN-13-DOCKER" not found in project {project}; closest is "debian-13-docker"',
        image="DEBIAN-13-DOCKER",
    ),
    "image of two": host('2 images are named "twin"; use an ID: {twin_images}', image="twin"),
    "image without content": host(
        'image "empty" is queued, not active; known are "debian-13", "debian-13-docker", "large", "twin"', image="empty"
    ),
    "image too large": host(
        'image "large" needs a disk of 100 GiB, flavor "docker.small" has 10 GiB; choose a larger flavor', image="large"
    ),
    "image ID that there is not": host(
        (
            'image "6e0a3f0e-54dc-4c6c-9a4e-0d1c5a2b7a11" not found in project {project}; known are '
            '"debian-13", "debian-13-docker", "large", "twin"'
        ),
        image=NOWHERE,
    ),
    "flavor misspelt": host(
        'flavor "docker.smal" not found in project {project}; closest is "docker.small"', flavor="docker.smal"
    ),
    "key pair misspelt": host(
        'key pair "fault1" (key_name) not found in project {project}; closest is "fault-1"', key_name="fault1"
    ),
    "key pair of somebody else": host(
        'key pair "heatdock" (key_name) not found in project {project}; known are "fault-1", "fault-2"',
        key_name="heatdock",
    ),
    "network misspelt": host('network "privat" not found in project {project}; closest is "private"', network="privat"),
    "network of two": host('2 networks are named "twin"; use an ID: {twin_networks}', network="twin"),
    "network of another project": host(
        'network "{other_network}" not found in project {project}; known are {known_networks}',
        network="{other_network}",
    ),
    "external network misspelt": host(
        'external network "publik" (floating_network) not found in project {project}; closest is "public"',
        floating_network="publik",
    ),
    "external network that is not": host(
        'network "private" is not external (floating_network); known are {external_networks}',
        floating_network="private",
    ),
    "all at once": host(
        (
            'management_cidrs "no" is not a network; write it as in 203.0.113.0/24; host: image '
            '"debian-13-dockr" not found in project {project}; closest is "debian-13-docker"; host: flavor '
            '"docker.smal" not found in project {project}; closest is "docker.small"; host: key pair "x" '
            '(key_name) not found in project {project}; known are "fault-1", "fault-2"'
        ),
        image="debian-13-dockr",
        flavor="docker.smal",
        key_name="x",
        management_cidrs=["no"],
    ),
    # stacks
    "stack of somebody else": host(
        (
            'a stack named "elsewhere" exists without the tag heatdock, and taking it over would delete or '
            'replace "word"; rename the host, or declare what the stack is first'
        ),
        name="elsewhere",
    ),
    "stack of somebody else to delete": Case(
        (
            "host elsewhere: a stack of this name exists without the tag heatdock and is left alone; delete "
            "it with openstack stack delete, or take it over with state=present first"
        ),
        host={"name": "elsewhere"},
        arguments={"state": "absent"},
    ),
    # the module stack
    "stack without a template": stack("state is present but all of the following are missing: template", template=None),
    "stack with an unknown argument": stack(
        (
            "Unsupported parameters for (heatdock.hosts.stack) module: parameter. Supported parameters "
            "include: adopt, api_timeout, cloud, clouds_files, environments, keep_failed, max_wait, name, "
            "parameters, region_name, rollback, state, tags, template, timeout."
        ),
        parameter={},
    ),
    "stack whose template is not there": stack(
        ("stack bad: template /nowhere/stack.yaml cannot be read (No such file or directory); correct its path"),
        template="/nowhere/stack.yaml",
    ),
    "stack whose environment is not there": stack(
        (
            "stack bad: environment /nowhere/environment.yaml cannot be read (No such file or directory); "
            "correct its path"
        ),
        environments=["/nowhere/environment.yaml"],
    ),
    "stack with a parameter that the template lacks": stack(
        'stack bad: the template has no parameter "imag"; there is none', parameters={"imag": "x"}
    ),
    "stack with a missing parameter": stack("stack bad: picture is missing; give a value (string)", text=IMAGE),
    "stack with a misspelt image": stack(
        ('stack bad: image "debian-13-dockr" (picture) not found in project {project}; closest is "debian-13-docker"'),
        text=IMAGE,
        parameters={"picture": "debian-13-dockr"},
    ),
    "stack with a misspelt subnet": stack(
        'stack bad: subnet "privat" (subnets) not found in project {project}; closest is "private"',
        text=SUBNETS,
        parameters={"subnets": ["private", "privat"]},
    ),
    "stack with a misspelt volume type": stack(
        ('stack bad: volume type "__DEFALT__" (kind) not found in project {project}; closest is "__DEFAULT__"'),
        text=VOLUME,
        parameters={"kind": "__DEFALT__"},
    ),
    "stack with a misspelt server group": stack(
        'stack bad: server group "aprt" (group) not found in project {project}; closest is "apart"',
        text=GROUP,
        parameters={"group": "aprt"},
    ),
    "stack with a property that there is not": stack(
        (
            "stack bad: cloud {cloud}: Heat refuses (Property error: resources.thing.properties: Unknown "
            'Property lenght); closest is "length"'
        ),
        text=WORD.replace("length", "lenght"),
    ),
    "stack with a value that is out of range": stack(
        (
            "stack bad: cloud {cloud}: Heat refuses (Property error: resources.thing.properties.length: 0 is"
            " out of range (min: 1, max: 512)); correct what it names"
        ),
        text=WORD.replace("length: 8", "length: 0"),
    ),
    "stack with a tag that is too long": stack(
        (
            "stack bad: tag "
            '"ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt" is longer '
            "than 80 characters; shorten it"
        ),
        text=WORD,
        tags=["t" * 81],
    ),
    "stack with a tag of ours": stack(
        'stack bad: tag "heatdock" is reserved for the collection\'s own use; choose another',
        text=WORD,
        tags=["heatdock"],
    ),
    "stack with a comma in a tag": stack(
        'stack bad: tag "a,b" has a comma or is empty; Heat takes neither', text=WORD, tags=["a,b"]
    ),
    "stack with no time": stack("stack bad: timeout is 0; give 1 or more", text=WORD, timeout=0),
    "stack with an unusable name": stack(
        (
            "stack 1st stack: cloud {cloud}: Heat refuses (Invalid stack name 1st stack must contain only "
            'alphanumeric or "_-." characters, must start with alpha and must be 255 characters or less); '
            "correct what it names"
        ),
        text=WORD,
        name="1st stack",
    ),
    "stack that is not to be adopted": stack(
        (
            "stack elsewhere: the stack elsewhere was made elsewhere and adopt is never; choose another "
            "name, or adopt it"
        ),
        text=WORD,
        name="elsewhere",
        adopt="never",
    ),
}
