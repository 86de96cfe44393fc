#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Create, update and delete Docker hosts on OpenStack."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: docker_hosts
short_description: Create, update and delete Docker hosts on OpenStack
version_added: 0.1.0
description:
  - Brings a fleet of Docker hosts to what is declared; each is one Heat stack of its name with the tag C(heatdock).
  - One listing of the tagged stacks tells which hosts differ, by a tag that holds the digest of their inputs. Only
    those are read, planned and worked on, several at a time; a fleet that is as declared costs that one listing.
  - All that can be told to be wrong with any host is told, in one message, before anything is written.
  - A host that fails does not keep the others from going on. A failed creation leaves nothing behind.
  - A stack of the declared name made elsewhere from the same template, for example in Horizon, is taken over.
  - A run that was interrupted is taken up where Heat has come to; what another controller has begun is waited for.
  - After an update that failed the next run goes on from there. Where the failed update had begun to replace the
    server, its machines are removed first and a new one is made; addresses stay.
author:
  - Heatdock contributors (@heatdock)
extends_documentation_fragment:
  - heatdock.hosts.cloud
  - heatdock.hosts.docker_hosts
attributes:
  check_mode:
    description:
      - Tells what would happen to each resource, and writes nothing.
      - After an update that failed it tells what would happen at least, since Heat does not show what was left undone.
    support: full
  diff_mode:
    description: Shows tags, parameters and resources with the properties that differ; hidden parameters are masked.
    support: full
  idempotent:
    description: A second run changes nothing.
    support: full
options:
  template:
    description:
      - Path of the Heat template on the controller, usually the collection's C(heat-templates/docker-host.yaml).
      - Required when O(state=present).
    type: path
  state:
    description:
      - With V(present) the hosts are made and kept as declared; a changed image or key pair replaces the server.
      - With V(absent) their stacks are deleted; only O(hosts[].name) is used then. Key pairs are never touched.
    type: str
    choices: [present, absent]
    default: present
  max_parallel:
    description: How many hosts are worked on at a time.
    type: int
    default: 10
  timeout:
    description:
      - Seconds that the creation, update or deletion of one host may take.
      - A creation that takes longer has failed and is deleted.
    type: int
    default: 1800
"""

EXAMPLES = r"""
- name: Bring two Docker hosts about
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    template: heat-templates/docker-host.yaml
    hosts:
      - name: web1
        image: debian-13-docker
        flavor: docker.small
        key_name: heatdock
        network: private
        floating_network: public
        management_cidrs:
          - 203.0.113.0/24
      - name: web2
        image: debian-13-docker
        flavor: docker.small
        key_name: heatdock
        network: private
        floating_network: public
        management_cidrs:
          - 203.0.113.0/24
  register: fleet

- name: Show how web1 is reached
  ansible.builtin.debug:
    msg: "{{ fleet.hosts.web1.outputs.connect_command }}"
  when: fleet.hosts.web1.outputs is defined

- name: Delete web2
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    state: absent
    hosts:
      - name: web2
"""

RETURN = r"""
hosts:
  description: What happened, or in check mode would happen, to each host, by its name.
  returned: always, unless the declaration or the cloud's settings are wrong
  type: dict
  sample:
    web1:
      action: update
      stack_id: 3c9a6f0e-6f0d-4a39-9a3b-0d9c2c1b7f6e
      status: UPDATE_COMPLETE
      resources:
        - name: server
          type: OS::Nova::Server
          action: update
          properties:
            - {name: flavor, before: docker.small, after: docker.large, forces_replacement: false, ignored: false}
      notes: []
      outputs:
        floating_address: 203.0.113.5
  contains:
    action:
      description:
        - What is done to the stack, one of V(none), V(create), V(update), V(replace) or V(delete).
        - V(replace) is an update that makes the server anew.
      returned: always
      type: str
      sample: update
    stack_id:
      description: ID of the stack; none when there is no stack.
      returned: always
      type: str
      sample: 3c9a6f0e-6f0d-4a39-9a3b-0d9c2c1b7f6e
    status:
      description: Status of the stack as it was last seen; none when there is no stack.
      returned: always
      type: str
      sample: UPDATE_COMPLETE
    resources:
      description: The resources that something happens to, by the plan.
      returned: always
      type: list
      elements: dict
      sample:
        - name: server
          type: OS::Nova::Server
          action: update
          properties:
            - {name: flavor, before: docker.small, after: docker.large, forces_replacement: false, ignored: false}
      contains:
        name:
          description: Name of the resource in the template.
          returned: always
          type: str
          sample: server
        type:
          description: Type of the resource.
          returned: always
          type: str
          sample: OS::Nova::Server
        action:
          description: What happens to it, one of V(create), V(update), V(replace) or V(delete).
          returned: always
          type: str
          sample: update
        properties:
          description:
            - The properties that differ, each with V(name), V(before), V(after), V(forces_replacement) and V(ignored).
            - Ignored is a property that has no effect on a running server.
          returned: always
          type: list
          elements: dict
          sample:
            - {name: flavor, before: docker.small, after: docker.large, forces_replacement: false, ignored: false}
    notes:
      description: What else is worth knowing, for example that remains of a failed creation are removed first.
      returned: always
      type: list
      elements: str
      sample: ["its stack is CREATE_FAILED: server (OS::Nova::Server) failed: No valid host was found; it is deleted and
        created anew"]
    outputs:
      description:
        - The stack's outputs, see the template.
        - Not read of hosts that are as declared; the inventory plugin P(heatdock.hosts.stacks#inventory) reads all.
      returned: when the host was created or updated
      type: dict
      sample:
        floating_address: 203.0.113.5
        docker_endpoint: tcp://203.0.113.5:2376
    error:
      description: Why the host failed.
      returned: when the host failed
      type: str
      sample: "host web1: server (OS::Nova::Server) failed: No valid host was found; its stack was deleted, nothing is
        left; correct the cause and run again"
"""

from typing import TYPE_CHECKING

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.heatdock.hosts.plugins.module_utils._client import CLOUD_OPTIONS, Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS
from ansible_collections.heatdock.hosts.plugins.module_utils._report import result_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import declared_source, load_template

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome


def run(module: AnsibleModule) -> list[Outcome]:
    """Bring the hosts to the wanted state."""
    params = module.params
    cloud = Client(CloudOptions(**{name: params[name] for name in CLOUD_OPTIONS}))
    fleet = Fleet(cloud, Settings(params["max_parallel"], params["timeout"], module.check_mode))
    if params["state"] == "absent":
        return fleet.absent([host["name"] for host in params["hosts"]])
    template = load_template(params["template"])
    return fleet.present([declared_source(template, host) for host in params["hosts"]])


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CLOUD_OPTIONS,
            "template": {"type": "path"},
            "hosts": {"type": "list", "elements": "dict", "default": [], "options": HOST_OPTIONS},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "max_parallel": {"type": "int", "default": 10},
            "timeout": {"type": "int", "default": 1800},
        },
        required_if=[("state", "present", ("template",))],
        supports_check_mode=True,
    )
    try:
        outcomes = run(module)
    except HeatdockError as error:
        module.fail_json(msg=str(error))
    result = result_of(outcomes, diff=module._diff)  # noqa: SLF001 - Ansible has no other name for it
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        module.fail_json(msg="; ".join(errors), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
