#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Create, update, check, start, stop and delete Docker hosts on OpenStack."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: docker_hosts
short_description: Create, update, check, start, stop and delete Docker hosts on OpenStack
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
  - Several controllers may work on one fleet. What one of them is at work on the others wait for and then look at
    anew; a host that two of them gave different inputs at the same moment is an error of the one that came first.
  - Work that Heat itself lost, because it was stopped meanwhile, is taken up once Heat's own time for it is over.
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
      - With O(state=checked) Heat's own check is left out, since it writes to the stack.
    support: full
  diff_mode:
    description: Shows tags, parameters and resources with the properties that differ; hidden parameters are masked.
    support: full
  idempotent:
    description: A second run changes nothing, but for O(state=replaced) and O(state=restarted), which always do.
    support: partial
options:
  template:
    description:
      - Path of the Heat template on the controller, usually the collection's C(heat-templates/docker-host-full.yaml).
      - Required when O(state=present) or O(state=replaced); with O(state=checked) it has inputs compared, too.
    type: path
  state:
    description:
      - With V(present) the hosts are made and kept as declared; a changed image or key pair replaces the server.
      - With V(absent) their stacks are deleted. Key pairs are never touched.
      - With V(started), V(stopped) and V(restarted) their servers are, through Nova. A stack that Heat suspended is
        resumed by V(started) and V(restarted). A host that does not exist is an error.
      - With V(replaced) they are as with V(present), but each gets a new server in any case. Its addresses stay; what
        is on its own disk, that is containers, images and volumes, is lost.
      - With V(checked) nothing is changed but what Heat knows. Its check finds servers that are gone or not ACTIVE;
        ports, floating IPs, security groups and the rest of a server are compared with what Heat gave them, in Neutron
        and Nova. RV(hosts.drift) names what is wrong, the module succeeds, and the next V(present) sets it right.
      - What is gone or has other rules V(present) then makes anew. What can be put back in place it puts back through
        Neutron and Nova, without an update of the stack, for example a floating IP on its port, a port's security
        groups, a server's metadata, or its size, for which Nova restarts it. A server that is switched off is told,
        and left as it is.
      - With O(template) V(checked) also compares a stack's inputs with what is declared, since an update by hand may
        leave the stack's tags as they were.
      - All but V(present), V(replaced) and, with O(template), V(checked) use O(hosts[].name) alone.
    type: str
    choices: [present, absent, started, stopped, restarted, replaced, checked]
    default: present
  prune:
    description:
      - Delete the hosts that are not declared, that is every stack of the project with the tag C(heatdock) that neither
        O(hosts) nor O(declared) names. RV(hosts) lists them, in check mode too.
      - With O(state=checked) they are told as drift instead.
      - Only with these two states. A deletion is refused where nothing at all is declared.
    type: bool
    default: false
  declared:
    description:
      - Names of hosts that are declared, whether O(hosts) has them or not; O(prune) leaves them alone.
      - Give it the names of all declared hosts where O(hosts) may be only some of them, as after C(--limit).
    type: list
    elements: str
    default: []
  plan_file:
    description:
      - Path on the controller of a plan that a run in check mode returned as RV(plan), in JSON, as
        C(playbooks/plan.yml) saves it.
      - Exactly that plan is carried out. Where the declaration, the template or a stack has changed since it was made,
        so that it does not hold any more, the module says so for each host and does nothing. A host that moves after
        that is left alone, and is an error when the others are done.
      - Only with O(state=present).
    type: path
  max_parallel:
    description: How many hosts are worked on at a time.
    type: int
    default: 10
  timeout:
    description:
      - Seconds that the creation, update or deletion of one host, or the start of its server, may take.
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
    template: heat-templates/docker-host-full.yaml
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

- name: Stop web1 for the night
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    state: stopped
    hosts:
      - name: web1

- name: Find out what is no longer as the stacks have it
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    state: checked
    hosts:
      - name: web1
  register: fleet_check

- name: Fail for drift
  ansible.builtin.assert:
    that: fleet_check.hosts.values() | map(attribute='drift') | flatten | length == 0

- name: Do what a review has seen
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    template: heat-templates/docker-host-full.yaml
    hosts: "{{ ansible_play_hosts_all | map('extract', hostvars) | heatdock.hosts.declaration }}"
    plan_file: plan.json

- name: Keep the declared hosts and no others
  heatdock.hosts.docker_hosts:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    template: heat-templates/docker-host-full.yaml
    hosts: "{{ ansible_play_hosts_all | map('extract', hostvars) | heatdock.hosts.declaration }}"
    declared: "{{ groups['docker_hosts'] }}"
    prune: true
"""

RETURN = r"""
plan:
  description:
    - What would happen to each host, and what that was concluded from, to be saved as JSON for O(plan_file).
    - C(docs/plan.schema.json) describes it; V(version) changes when what is there changes its meaning.
  returned: in check mode, when O(state=present) or O(state=replaced)
  type: dict
  sample:
    version: 1
    project_id: 0f5a3c3cf1f04d1f9f0c4e8f6d1b2a3c
    summary: {create: 0, update: 1, replace: 0, delete: 0, none: 0}
    hosts:
      web1:
        action: update
        template: 8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4
        parameters: 1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014
        stack:
          id: 3c9a6f0e-6f0d-4a39-9a3b-0d9c2c1b7f6e
          status: CREATE_COMPLETE
          changed: "2026-01-01T00:00:00Z"
        resources:
          - name: server
            type: OS::Nova::Server
            action: update
            properties:
              - {name: flavor, before: docker.small, after: docker.large, forces_replacement: false, ignored: false}
        losses: []
        notes: []
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
        - What is done, one of V(none), V(create), V(update), V(replace), V(delete), V(start), V(stop) or V(restart).
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
    drift:
      description: The resources that are not as the stack has them, empty where all is well.
      returned: when O(state=checked)
      type: list
      elements: dict
      sample:
        - name: port
          type: OS::Neutron::Port
          reason: it is gone, deleted behind Heat's back
          cuts_off: true
      contains:
        name:
          description: Name of the resource in the template; of a whole stack that is missing or failed, the host's.
          returned: always
          type: str
          sample: port
        type:
          description: Type of the resource, V(OS::Heat::Stack) for a whole stack.
          returned: always
          type: str
          sample: OS::Neutron::Port
        reason:
          description: What is wrong with it.
          returned: always
          type: str
          sample: it is gone, deleted behind Heat's back
        cuts_off:
          description: Whether it may be why the host cannot be reached.
          returned: always
          type: bool
          sample: true
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

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.heatdock.hosts.plugins.module_utils._client import CLOUD_OPTIONS, Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._fleet import Fleet, Settings
from ansible_collections.heatdock.hosts.plugins.module_utils._host_options import HOST_OPTIONS
from ansible_collections.heatdock.hosts.plugins.module_utils._plan_file import (
    plan_of,
    read_plan,
    refuse_moved,
    refuse_unforeseen,
)
from ansible_collections.heatdock.hosts.plugins.module_utils._power import ACTIONS
from ansible_collections.heatdock.hosts.plugins.module_utils._report import result_of
from ansible_collections.heatdock.hosts.plugins.module_utils._template import declared_source, load_template

if TYPE_CHECKING:
    from ansible_collections.heatdock.hosts.plugins.module_utils._host import Outcome


GOES_WITH = {"prune": ("present", "checked"), "plan_file": ("present",)}
"""The states that an option is for."""
STATES = ("present", "absent", "started", "stopped", "restarted", "replaced", "checked")


def run(module: AnsibleModule) -> tuple[list[Outcome], dict[str, Any]]:
    """Bring the hosts to the wanted state; return what happened to each, and the plan where one is made."""
    params, state = module.params, module.params["state"]
    for option, states in GOES_WITH.items():
        if params[option] and state not in states:
            allowed = " or ".join(f"state={item}" for item in states)
            raise HeatdockError(f"{option} goes with {allowed} alone, not with {state}; leave one of them out")
    saved = read_plan(params["plan_file"]) if params["plan_file"] else None
    cloud = Client(CloudOptions(**{name: params[name] for name in CLOUD_OPTIONS}))
    settings = Settings(params["max_parallel"], params["timeout"], module.check_mode)
    fleet = Fleet(cloud, settings)
    names = [host["name"] for host in params["hosts"]]
    if state == "absent":
        return fleet.absent(names), {}
    if state in ACTIONS:
        return fleet.power(names, ACTIONS[state]), {}
    template = load_template(params["template"]) if params["template"] else {}
    sources = [declared_source(template, host) for host in params["hosts"] if template]
    declared = params["declared"] if params["prune"] else None
    if state == "checked":
        return fleet.checked(names, sources, declared=declared), {}
    if saved:
        foreseen = Fleet(cloud, replace(settings, check=True)).present(sources, declared=declared)
        refuse_moved(saved, plan_of(foreseen, cloud.project_id()))
        fleet = Fleet(cloud, replace(settings, agreed=partial(refuse_unforeseen, saved)))
    outcomes = fleet.present(sources, new_servers=state == "replaced", declared=declared)
    return outcomes, {"plan": plan_of(outcomes, cloud.project_id())} if module.check_mode else {}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **CLOUD_OPTIONS,
            "template": {"type": "path"},
            "hosts": {"type": "list", "elements": "dict", "default": [], "options": HOST_OPTIONS},
            "state": {"type": "str", "choices": list(STATES), "default": "present"},
            "prune": {"type": "bool", "default": False},
            "declared": {"type": "list", "elements": "str", "default": []},
            "plan_file": {"type": "path"},
            "max_parallel": {"type": "int", "default": 10},
            "timeout": {"type": "int", "default": 1800},
        },
        required_if=[("state", "present", ("template",)), ("state", "replaced", ("template",))],
        supports_check_mode=True,
    )
    try:
        outcomes, plan = run(module)
    except HeatdockError as error:
        module.fail_json(msg=str(error))
    result = result_of(outcomes, diff=module._diff) | plan  # noqa: SLF001 - Ansible has no other name for it
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors:
        module.fail_json(msg="; ".join(errors), **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
