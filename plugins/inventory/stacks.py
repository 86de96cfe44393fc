# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The observed Docker hosts: one inventory host for each stack that carries our tag."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: stacks
short_description: Docker hosts read from their Heat stacks
description:
  - Adds a host for every Heat stack with the tag C(heatdock), in the group C(heatdock).
  - The host variable C(heat_stack) holds the stack's ID, name, status, times, tags, parameters, outputs, cloud and
    region; C(ansible_host), C(ansible_port) and C(ansible_user) come from the outputs, unless an earlier source of the
    inventory gave the host its own. Hosts that only a bastion reaches are had by P(ansible.builtin.ssh#connection)'s
    C(ansible_ssh_common_args), with C(-o ProxyJump=user@bastion), and O(prefer=fixed). The bastion's own key is looked
    for in the C(known_hosts) of who runs Ansible.
  - A host is also in the groups C(heatdock_status_STATUS), C(heatdock_image_IMAGE), C(heatdock_flavor_FLAVOR),
    C(heatdock_zone_ZONE) and C(heatdock_tag_TAG), as its stack's status, parameters and tags say, and in
    C(heatdock_swarm_ROLE) where its metadata have a C(swarm_role), such as C(manager). What is no letter, digit or
    underscore is an underscore in these names, so that names which differ in nothing else share a group.
  - The group C(heatdock_missing) has the declared hosts without a stack, C(heatdock_undeclared) the stacks that no
    declaration has. Declared are the hosts of the group O(declared_group), as far as the sources read before this one
    say; files of a folder are read in the order of their names. Neither group is there where none of those sources
    has O(declared_group), or with O(full_names); C(heatdock_missing) is empty while a cloud is ignored that could not
    be read.
  - A stack named C(localhost) is left out. O(compose), O(groups) and O(keyed_groups) pass over a host that has the name
    of a group, since Ansible would take it for that group.
  - What comes from the cloud is never evaluated as a template, whatever it looks like.
  - A cloud that cannot be read is an error of this source. Ansible makes a warning of that, and goes on without the
    source, unless the setting C(any_unparsed_is_failed) of C(ansible.cfg)'s section C([inventory]) is true.
  - A host that could not reach Heat has reported its keys on its console instead; they are read from there, by Nova's
    API, when a complete stack's outputs lack them.
  - Reads the tagged stacks by one listing, and each stack's outputs concurrently. With O(cache), a stack is read again
    only after its status or C(updated_time) changed. The listing is always made, so that the cache shows no host that
    is gone. What was changed behind Heat's back, as a floating IP taken off, is seen with C(--flush-cache), after
    O(cache_timeout), and by a C(refresh_inventory) of M(ansible.builtin.meta).
  - Heat shows the values of hidden parameters to nobody; neither the variables nor the cache hold them.
  - The file must be named C(heat.yml) or C(heat.yaml), or end in C(.heat.yml) or C(.heat.yaml).
requirements:
  - openstacksdk
extends_documentation_fragment:
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Name of this plugin.
    type: str
    required: true
    choices: [heatdock.hosts.stacks]
  cloud:
    description: Name of the cloud in C(clouds.yaml); without it the C(OS_*) variables are used.
    type: str
    env:
      - name: OS_CLOUD
    ini:
      - section: heatdock
        key: cloud
  clouds_files:
    description: More C(clouds.yaml) files, searched when the cloud is not in the usual places.
    type: pathlist
    default: []
    ini:
      - section: heatdock
        key: clouds_files
  region_name:
    description: Region, where the cloud has several.
    type: str
  all_projects:
    description:
      - Read the stacks of all projects, not only of the one that the cloud's entry names.
      - Heat shows them to administrators alone.
    type: bool
    default: false
  clouds:
    description: Several clouds or regions, read instead of O(cloud) and O(region_name).
    type: list
    elements: dict
    default: []
    suboptions:
      cloud:
        description: Name of the cloud in C(clouds.yaml).
        type: str
        required: true
      region_name:
        description: Region, where the cloud has several.
        type: str
      all_projects:
        description: Read the stacks of all projects; by default as O(all_projects) says.
        type: bool
  ignore_failing_clouds:
    description: Go on with the other clouds when one cannot be read, and warn; otherwise that is an error.
    type: bool
    default: false
  full_names:
    description:
      - Name hosts after their stack, project (with O(all_projects) only), region (where given) and cloud, joined by
        dots, as C(web1.RegionOne.mycloud).
      - Without it two stacks of one name, in whatever clouds, regions or projects, are an error.
    type: bool
    default: false
  prefer:
    description:
      - Which address becomes C(ansible_host), the first kind that a host has.
      - V(floating) is its floating address, V(fixed) its address in its network, V(ipv6) its first IPv6 address. A host
        with none of them is reached by the address that its stack tells clients.
    type: list
    elements: str
    choices: [floating, fixed, ipv6]
    default: [floating, fixed, ipv6]
  declared_group:
    description: Group whose hosts are the declared ones.
    type: str
    default: docker_hosts
  use_vars_plugins:
    description:
      - Let O(compose), O(groups) and O(keyed_groups) also see what vars plugins give, as C(group_vars) and C(host_vars)
        folders. What the sources read before this one say is always seen.
      - Runs every vars plugin for every host while the inventory is read.
    type: bool
    default: false
  max_parallel:
    description: How many stacks of one cloud are read at a time.
    type: int
    default: 10
author:
  - Heatdock contributors (@heatdock)
"""

EXAMPLES = r"""
# The hosts of one cloud, which OS_CLOUD or ansible.cfg names
---
plugin: heatdock.hosts.stacks

# Two regions of one cloud and another cloud, with the hosts' names told apart
---
plugin: heatdock.hosts.stacks
clouds:
  - cloud: mycloud
    region_name: RegionOne
  - cloud: mycloud
    region_name: RegionTwo
  - cloud: another
full_names: true
ignore_failing_clouds: true

# The stacks of all projects
---
plugin: heatdock.hosts.stacks
cloud: admin
all_projects: true
full_names: true

# From inside the network, without the floating addresses
---
plugin: heatdock.hosts.stacks
cloud: mycloud
region_name: RegionOne
prefer: [fixed]

# Variables and groups of one's own, from what any source says of a host
---
plugin: heatdock.hosts.stacks
strict: true
use_vars_plugins: true
compose:
  docker_endpoint: heat_stack.outputs.docker_endpoint | default("")
groups:
  old_engines: heat_stack.outputs.engine_version | default("0") is version("28", "<")
keyed_groups:
  - key: docker_host_flavor | default("none")
    prefix: declared_flavor

# Kept in files between runs: one listing, and the stacks that changed
---
plugin: heatdock.hosts.stacks
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: .cache/inventory
cache_timeout: 86400
declared_group: my_hosts
max_parallel: 20
"""

from typing import TYPE_CHECKING, Any

from ansible.errors import AnsibleParserError
from ansible.inventory.helpers import get_group_vars
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.vars import combine_vars
from ansible.vars.plugins import get_vars_from_inventory_sources
from ansible_collections.heatdock.hosts.plugins.module_utils._client import Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._heat import TAG, Heat
from ansible_collections.heatdock.hosts.plugins.module_utils._inventory import (
    CONTROLLER,
    Facts,
    Place,
    compared,
    connection_of,
    groups_of,
    is_for_heat,
    named,
    places_of,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._inventory_read import (
    Known,
    as_cached,
    from_cache,
    read_place,
    read_places,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from ansible.inventory.data import InventoryData
    from ansible.parsing.dataloader import DataLoader

CONSTRUCTED = ("compose", "groups", "keyed_groups")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """The inventory plugin."""

    NAME = "heatdock.hosts.stacks"

    def verify_file(self, path: str) -> bool:
        """Accept files named for Heat."""
        return super().verify_file(path) and is_for_heat(path)

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Read the stacks and add their hosts."""
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        try:
            found, failures = self._read(self.get_cache_key(path), use_cache=cache)
            hosts = named(found, full_names=self.get_option("full_names"))
        except HeatdockError as error:
            raise AnsibleParserError(str(error)) from error
        for failure in failures:
            self.display.warning(failure)
        if hosts.pop(CONTROLLER, None):
            self.display.warning(f"a stack is named {CONTROLLER}, which is Ansible's own host; left out, rename it")
        self.inventory.add_group(TAG)
        for name, facts in hosts.items():
            self._add(name, facts)
        self._compare(hosts, is_complete=not failures)
        if any(self.get_option(name) for name in CONSTRUCTED):
            for name in hosts:
                if name in self.inventory.groups:  # which Ansible would add to groups and give the variables
                    self.display.warning(f"host {name} has a group's name; left out of {', '.join(CONSTRUCTED)}")
                else:
                    self._construct(name)

    def _read(self, key: str, *, use_cache: bool) -> tuple[list[tuple[Place, Facts]], list[str]]:
        """Return every tagged stack's facts, with where it is, and what is wrong with the clouds that were ignored."""
        known = self._known(key) if use_cache else {}
        usual = Place(*(self.get_option(name) for name in ("cloud", "region_name", "all_projects")))
        places = places_of(self.get_option("clouds"), usual)

        def read(place: Place) -> list[Facts]:
            options = CloudOptions(place.cloud, self.get_option("clouds_files"), place.region_name)
            return read_place(Heat(Client(options)), place, known, self.get_option("max_parallel"))

        found, failures = read_places(places, read, ignore_failing=self.get_option("ignore_failing_clouds"))
        if self.get_option("cache"):
            unread = known.values() if failures else ()
            self._cache[key] = as_cached([*unread, *(facts for _place, facts in found)])
        return found, failures

    def _known(self, key: str) -> Known:
        try:
            return from_cache(self._cache[key]) if self.get_option("cache") else {}
        except KeyError:
            return {}

    def _add(self, name: str, facts: Facts) -> None:
        self.inventory.add_host(name, group=TAG)
        for group in groups_of(facts):
            self.inventory.add_group(group)
            self.inventory.add_host(name, group=group)
        host = self.inventory.get_host(name)
        told = connection_of(facts["outputs"], self.get_option("prefer"))
        for key, value in {"heat_stack": facts, **{key: told[key] for key in told if key not in host.vars}}.items():
            host.set_variable(key, value)  # the inventory's own copies a thousand hosts' values to note their file

    def _compare(self, hosts: Collection[str], *, is_complete: bool) -> None:
        """Add the groups of missing and of undeclared hosts, where earlier sources tell what is declared."""
        declared = self.inventory.groups.get(self.get_option("declared_group"))
        if not declared or self.get_option("full_names"):
            return
        names = {host.name for host in declared.get_hosts()}
        for group, members in compared(names, hosts, is_complete=is_complete).items():
            self.inventory.add_group(group)
            for name in members:
                self.inventory.add_host(name, group=group)

    def _construct(self, name: str) -> None:
        """Set the composed variables, then the groups, which see them too."""
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), self._variables(name), name, strict=strict)
        variables = self._variables(name)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict, fetch_hostvars=False)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict, fetch_hostvars=False)

    def _variables(self, name: str) -> dict[str, Any]:
        """Return what is known of a host so far, as a play would see it."""
        host = self.inventory.get_host(name)
        groups = host.get_groups()
        parts = [get_group_vars(groups), host.get_vars()]
        if self.get_option("use_vars_plugins"):
            sources = self.inventory.processed_sources
            parts.insert(1, get_vars_from_inventory_sources(self.loader, sources, groups, "all"))
            parts.append(get_vars_from_inventory_sources(self.loader, sources, [host], "all"))
        variables: dict[str, Any] = {}
        for part in parts:
            variables = combine_vars(variables, part)
        return variables
