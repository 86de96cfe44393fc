#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Read Heat stacks."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stack_info
short_description: Read Heat stacks
version_added: 0.1.0
description:
  - Reads stacks of the project by name, ID or tags, or all of them, and writes nothing.
  - A stack that is not there is no error; the list is then empty.
author:
  - Heatdock contributors (@heatdock)
extends_documentation_fragment:
  - heatdock.hosts.cloud
attributes:
  check_mode:
    description: Reads, as without it.
    support: full
  diff_mode:
    description: Has nothing to show, since nothing changes.
    support: none
  idempotent:
    description: Changes nothing.
    support: full
options:
  name:
    description: Name or ID of the one stack to read; without it all stacks are read.
    type: str
  tags:
    description: Only the stacks that have all of these tags.
    type: list
    elements: str
    default: []
  resources:
    description: Read the stacks' resources too, those of nested stacks as well.
    type: bool
    default: false
  events:
    description: Read so many of each stack's last events too.
    type: int
    default: 0
  inputs:
    description: Read the stacks' templates and parameters too.
    type: bool
    default: false
  reveal_hidden:
    description:
      - Show outputs that are made of hidden parameters, which are masked otherwise.
      - Heat itself never shows the values of hidden parameters.
    type: bool
    default: false
seealso:
  - module: heatdock.hosts.stack
"""

EXAMPLES = r"""
- name: Read one stack with its resources
  heatdock.hosts.stack_info:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    name: frontend
    resources: true
  register: frontend

- name: Show where it answers
  ansible.builtin.debug:
    msg: "{{ frontend.stacks[0].outputs.address }}"

- name: Read all stacks of production
  heatdock.hosts.stack_info:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    tags:
      - production
"""

RETURN = r"""
stacks:
  description: The stacks that were found, by name.
  returned: success
  type: list
  elements: dict
  sample:
    - id: 3c9a6f0e-6f0d-4a39-9a3b-0d9c2c1b7f6e
      name: frontend
      status: UPDATE_COMPLETE
      reason: Stack UPDATE completed successfully
      tags: [production]
      created: "2026-01-31T12:00:00Z"
      updated: "2026-02-01T12:00:00Z"
      outputs:
        address: 203.0.113.5
  contains:
    id:
      description: ID of the stack.
      returned: always
      type: str
      sample: 3c9a6f0e-6f0d-4a39-9a3b-0d9c2c1b7f6e
    name:
      description: Name of the stack.
      returned: always
      type: str
      sample: frontend
    status:
      description: Status of the stack.
      returned: always
      type: str
      sample: UPDATE_COMPLETE
    reason:
      description: Reason of the status.
      returned: always
      type: str
      sample: Stack UPDATE completed successfully
    tags:
      description: Tags of the stack.
      returned: always
      type: list
      elements: str
      sample: [production]
    created:
      description: When the stack was made.
      returned: always
      type: str
      sample: "2026-01-31T12:00:00Z"
    updated:
      description: When the stack was updated last; none when it never was.
      returned: always
      type: str
      sample: "2026-02-01T12:00:00Z"
    outputs:
      description: Outputs of the stack; those made of hidden parameters are masked, see O(reveal_hidden).
      returned: always
      type: dict
      sample:
        address: 203.0.113.5
    resources:
      description: Resources of the stack, each with V(name), V(type), V(status), V(reason) and V(physical_id).
      returned: when O(resources=true)
      type: list
      elements: dict
      sample:
        - name: group/0
          type: OS::Nova::Server
          status: CREATE_COMPLETE
          reason: state changed
          physical_id: 9d0c7c0e-1f0b-4a53-8d7e-3a5c1a3b6a11
    events:
      description: Last events of the stack, the oldest first, as M(heatdock.hosts.stack) returns them.
      returned: when O(events) is not 0
      type: list
      elements: dict
      sample:
        - time: "2026-01-31T12:00:00Z"
          resource: group/0
          status: CREATE_COMPLETE
          reason: state changed
          physical_id: 9d0c7c0e-1f0b-4a53-8d7e-3a5c1a3b6a11
    template:
      description: Template of the stack.
      returned: when O(inputs=true)
      type: dict
      sample:
        heat_template_version: "2018-08-31"
        resources: {}
    parameters:
      description: Values of the template's parameters; Heat hides those of hidden ones.
      returned: when O(inputs=true)
      type: dict
      sample:
        flavor: docker.small
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.heatdock.hosts.plugins.module_utils._client import CLOUD_OPTIONS, Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._stack_info import STACK_INFO_OPTIONS, Wanted, read_stacks


def main() -> None:
    """Run the module."""
    module = AnsibleModule(argument_spec=CLOUD_OPTIONS | STACK_INFO_OPTIONS, supports_check_mode=True)
    params = module.params
    try:
        cloud = Client(CloudOptions(**{name: params[name] for name in CLOUD_OPTIONS}))
        stacks = read_stacks(cloud, Wanted(**{name: params[name] for name in STACK_INFO_OPTIONS}))
    except HeatdockError as error:
        module.fail_json(msg=str(error))
    module.exit_json(changed=False, stacks=stacks)


if __name__ == "__main__":
    main()
