#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Create, update and delete a Heat stack of any template."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stack
short_description: Create, update and delete a Heat stack of any template
version_added: 0.1.0
description:
  - Brings one Heat stack to what a template, its environments and parameters declare.
  - What would change is planned resource by resource from what Heat has stored. When nothing differs, nothing is sent
    and nothing has changed; otherwise the plan is what the update then does.
  - A stack that fails is an error that names the deepest resource that failed, with the reason its service gave.
  - All that can be told to be wrong is told before anything is written. A failed creation leaves nothing behind.
  - What another controller has begun on the stack is waited for.
  - Docker hosts have a module of their own, M(heatdock.hosts.docker_hosts); their stacks are refused here.
author:
  - Heatdock contributors (@heatdock)
extends_documentation_fragment:
  - heatdock.hosts.cloud
attributes:
  check_mode:
    description:
      - Tells what would happen to each resource, has Heat validate the template, and writes nothing.
      - After an update that failed it tells what would happen at least, since Heat does not show what was left undone.
    support: full
  diff_mode:
    description:
      - Shows tags, parameters and resources with the properties that differ.
      - Values of hidden parameters are masked wherever they appear.
    support: full
  idempotent:
    description: A second run sends no update and changes nothing.
    support: full
requirements:
  - python-heatclient >= 4.0
options:
  name:
    description: Name of the stack.
    type: str
    required: true
  state:
    description:
      - With V(present) the stack is made and kept as declared.
      - With V(absent) it is deleted; only O(name) is used then.
    type: str
    choices: [present, absent]
    default: present
  template:
    description:
      - Path of the HOT template on the controller. Files it refers to, by C(get_file) or as C(type), are read as well.
      - Where the files lie does not matter to the comparison, only what is in them.
      - Required when O(state=present).
    type: path
  environments:
    description:
      - Paths of environment files. Several are merged as C(openstack stack create) merges them, later ones win.
      - They may have C(parameters), C(parameter_defaults), C(resource_registry) and C(event_sinks).
    type: list
    elements: path
    default: []
  parameters:
    description:
      - Parameters of the template; they win over those of the environments.
      - A parameter that is left out, or empty as with C(omit), has the template's default.
      - Declare a parameter C(hidden) in the template to keep its value out of Heat's answers and of the diff.
    type: dict
    default: {}
  tags:
    description:
      - Tags of the stack. When they are not given, a stack keeps those it has; an empty list removes them.
      - The module adds one of its own that begins with C(heatdock-inputs-), by which the next run knows the inputs.
    type: list
    elements: str
  timeout:
    description:
      - Seconds that Heat gives the creation or update of the stack, rounded up to minutes.
      - A creation that takes longer has failed and is deleted.
    type: int
    default: 3600
  max_wait:
    description:
      - Seconds that the module waits at most for one creation, update or deletion; by default O(timeout).
      - A creation that takes longer has failed. An update or deletion that takes longer is an error, but Heat goes on
        with it; the next run waits for it.
    type: int
  rollback:
    description:
      - Have Heat take back an update that fails. The task fails all the same, and says that the stack is as it was.
      - By default what was reached stays, and the next run goes on from there.
    type: bool
    default: false
  adopt:
    description:
      - What is done about a stack of this name that this module did not make.
      - With V(harmless) it is taken over unless that would delete or replace one of its resources. This is the default
        since names are what a playbook goes by, and since a name chosen twice by mistake must not cost data.
      - With V(always) it is taken over whatever is lost, with V(never) it is an error if anything differs.
    type: str
    choices: [harmless, always, never]
    default: harmless
  keep_failed:
    description: Keep a stack whose creation failed for a look, instead of deleting it; the next run goes on from it.
    type: bool
    default: false
notes:
  - A replacement of a resource that holds data is warned of. Such types are servers (the disk), Cinder volumes, Manila
    shares, Trove instances and clusters, Swift containers, Sahara and Magnum clusters, Barbican secrets, Zaqar queues
    and Designate zones, unless their deletion policy keeps them.
  - Heat updates each nested stack whenever it updates the stack it is in; the plan says so, with no property.
  - Resources of nested stacks are planned by their paths, for example C(group/0/port). Those of an auto scaling group
    that grows or shrinks, and of a resource group with removal policies, cannot be foreseen; of those the plan has
    the group alone.
  - Heat does not show hidden parameters. In a stack that was made elsewhere they count as changed.
  - A replaced server's wait condition waits again only when its handle is new as well, as everywhere in Heat.
seealso:
  - module: heatdock.hosts.stack_info
  - module: heatdock.hosts.docker_hosts
"""

EXAMPLES = r"""
- name: Bring a stack about
  heatdock.hosts.stack:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    name: frontend
    template: heat/frontend.yaml
    environments:
      - heat/environments/common.yaml
      - heat/environments/production.yaml
    parameters:
      flavor: docker.small
      replicas: 3
    tags:
      - frontend
      - production
    rollback: true
  register: frontend

- name: Show where it answers
  ansible.builtin.debug:
    msg: "{{ frontend.outputs.address }}"

- name: Say what would change, and which cloud only once
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/heatdock.hosts.cloud:
      cloud: heatdock-lab
      clouds_files:
        - .lab/clouds.yaml
  tasks:
    - name: Plan
      heatdock.hosts.stack:
        name: frontend
        template: heat/frontend.yaml
      check_mode: true
      diff: true

- name: Delete it
  heatdock.hosts.stack:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    name: frontend
    state: absent
"""

RETURN = r"""
action:
  description: What was done, or in check mode would be done, one of V(none), V(create), V(update) or V(delete).
  returned: always, unless what is declared or the cloud's settings are wrong
  type: str
  sample: update
plan:
  description: The resources that something happens to.
  returned: always, unless what is declared or the cloud's settings are wrong
  type: list
  elements: dict
  sample:
    - name: group/0
      type: OS::Nova::Server
      action: replace
      properties:
        - {name: image, before: debian-12, after: debian-13, forces_replacement: true, ignored: false}
  contains:
    name:
      description: Name of the resource, with the names of the nested stacks it is in.
      returned: always
      type: str
      sample: group/0
    type:
      description: Type of the resource.
      returned: always
      type: str
      sample: OS::Nova::Server
    action:
      description: What happens to it, one of V(create), V(update), V(replace) or V(delete).
      returned: always
      type: str
      sample: replace
    properties:
      description:
        - The properties that differ, each with V(name), V(before), V(after), V(forces_replacement) and V(ignored).
        - Ignored is a property that has no effect on a running server.
      returned: always
      type: list
      elements: dict
      sample:
        - {name: image, before: debian-12, after: debian-13, forces_replacement: true, ignored: false}
stack_id:
  description: ID of the stack; none when there is no stack.
  returned: always, unless what is declared or the cloud's settings are wrong
  type: str
  sample: 3c9a6f0e-6f0d-4a39-9a3b-0d9c2c1b7f6e
status:
  description: Status of the stack as it was last seen; none when there is no stack.
  returned: always, unless what is declared or the cloud's settings are wrong
  type: str
  sample: UPDATE_COMPLETE
outputs:
  description: The stack's outputs as they are now; those made of hidden parameters are masked.
  returned: always, unless what is declared or the cloud's settings are wrong
  type: dict
  sample:
    address: 203.0.113.5
resources:
  description: The stack's resources as they are now, those of nested stacks too.
  returned: always, unless what is declared or the cloud's settings are wrong
  type: list
  elements: dict
  sample:
    - name: group/0
      type: OS::Nova::Server
      status: CREATE_COMPLETE
      reason: state changed
      physical_id: 9d0c7c0e-1f0b-4a53-8d7e-3a5c1a3b6a11
  contains:
    name:
      description: Name of the resource, with the names of the nested stacks it is in.
      returned: always
      type: str
      sample: group/0
    type:
      description: Type of the resource.
      returned: always
      type: str
      sample: OS::Nova::Server
    status:
      description: Status of the resource.
      returned: always
      type: str
      sample: CREATE_COMPLETE
    reason:
      description: Reason of the status.
      returned: always
      type: str
      sample: state changed
    physical_id:
      description: ID of what the resource is in its service.
      returned: always
      type: str
      sample: 9d0c7c0e-1f0b-4a53-8d7e-3a5c1a3b6a11
notes:
  description: What else is worth knowing, for example that a server is replaced and what is on its disk is lost.
  returned: always, unless what is declared or the cloud's settings are wrong
  type: list
  elements: str
  sample: ["server (OS::Nova::Server) is replaced because of image; what is on its disk is lost"]
events:
  description: The last events of the stack, the oldest first.
  returned: when the stack failed
  type: list
  elements: dict
  sample:
    - time: "2026-01-31T12:00:00Z"
      resource: group/0
      status: CREATE_FAILED
      reason: "ResourceInError: resources[0]: Went to status ERROR due to \"No valid host was found\""
      physical_id: ""
  contains:
    time:
      description: When it happened.
      returned: always
      type: str
      sample: "2026-01-31T12:00:00Z"
    resource:
      description: The resource, or the stack by its name.
      returned: always
      type: str
      sample: group/0
    status:
      description: The status it came to.
      returned: always
      type: str
      sample: CREATE_FAILED
    reason:
      description: Reason of the status.
      returned: always
      type: str
      sample: state changed
    physical_id:
      description: ID of what the resource is in its service.
      returned: always
      type: str
      sample: 9d0c7c0e-1f0b-4a53-8d7e-3a5c1a3b6a11
"""

from typing import TYPE_CHECKING

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.heatdock.hosts.plugins.module_utils._client import CLOUD_OPTIONS, Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError, StackError
from ansible_collections.heatdock.hosts.plugins.module_utils._files import load_source
from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome
from ansible_collections.heatdock.hosts.plugins.module_utils._masks import secrets_of
from ansible_collections.heatdock.hosts.plugins.module_utils._one_stack import (
    SETTINGS,
    STACK_OPTIONS,
    OneStack,
    Settings,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_report import stack_result

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._template import Source


def work(stack: OneStack, outcome: Outcome, source: Source | None, tags: list[str] | None) -> None:
    """Bring the stack to the wanted state and read what it is then."""
    if source is None:
        stack.absent(outcome)
    else:
        stack.present(outcome, source, tags)
    stack.look(outcome)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec=CLOUD_OPTIONS | STACK_OPTIONS,
        required_if=[("state", "present", ("template",))],
        supports_check_mode=True,
    )
    params, outcome, source = module.params, Outcome(module.params["name"]), None
    try:
        if params["state"] == "present":
            source = load_source(params["name"], params["template"], params["environments"], params["parameters"])
            module.no_log_values |= secrets_of(source)
        cloud = Client(CloudOptions(**{name: params[name] for name in CLOUD_OPTIONS}))
        stack = OneStack(cloud, Settings(**{name: params[name] for name in SETTINGS}, check=module.check_mode))
        work(stack, outcome, source, params["tags"])
    except StackError as error:
        outcome.stack = error.row
        result = stack_result(outcome, source, stack.rows_of_failure(error), diff=module._diff)  # noqa: SLF001
        module.fail_json(msg=f"stack {outcome.name}: {error}", events=stack.events_of_failure(error), **result)
    except HeatdockError as error:
        module.fail_json(msg=f"stack {outcome.name}: {error}")
    for note in outcome.notes:
        module.warn(f"stack {outcome.name}: {note}")
    module.exit_json(**stack_result(outcome, source, stack.resources, diff=module._diff))  # noqa: SLF001 - no other name


if __name__ == "__main__":
    main()
