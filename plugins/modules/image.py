#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Have an image in Glance that is made from known inputs."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: image
short_description: Have an image in Glance that is made from known inputs
version_added: 0.1.0
description:
  - Makes an image from a server's disk or from a file, unless an image of that name was made from the same inputs.
  - A digest of the inputs is kept as a property of the image, C(heatdock_inputs).
  - The image that had the name before is hidden or deleted once the new one can be used, so that the name is
    unambiguous. What fails or takes too long is deleted.
  - An image of that name that this module did not make is an error, and stays as it is.
author:
  - Heatdock contributors (@heatdock)
extends_documentation_fragment:
  - heatdock.hosts.cloud
attributes:
  check_mode:
    description: Tells whether the image would be made; neither O(server) nor O(file) is needed for that.
    support: full
  diff_mode:
    description: Has nothing to show beside the digest.
    support: none
  idempotent:
    description: The same inputs make no second image.
    support: full
options:
  name:
    description: Name of the image.
    type: str
    required: true
  inputs:
    description: All that decides what is in the image. Something else here makes another image.
    type: dict
    default: {}
  source:
    description: Name or ID of the image that it starts from; its ID is one of the inputs.
    type: str
  server:
    description:
      - ID of the server whose disk becomes the image. It is stopped if it runs, and left so.
      - A server that boots from a volume is refused.
    type: str
  file:
    description: Path of a qcow2 file on the controller that becomes the image.
    type: path
  properties:
    description: More properties of the image, for example C(os_distro).
    type: dict
    default: {}
  former:
    description:
      - What becomes of the image that had the name before.
      - One that is V(hidden) is in no list any more, but servers made from it can still be rebuilt and moved.
    type: str
    choices: [hidden, deleted]
    default: hidden
  timeout:
    description: Seconds that the server may take to stop, and then the image until it can be used.
    type: int
    default: 1800
notes:
  - The disk size of the server's flavor is the least disk that a flavor for the image must have.
seealso:
  - module: heatdock.hosts.stack
"""

EXAMPLES = r"""
- name: Make an image of a server's disk
  heatdock.hosts.image:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    name: debian-13-engine
    source: debian-13
    inputs:
      engine: docker.io
    server: 9d0c7c0e-1f0b-4a53-8d7e-3a5c1a3b6a11

- name: Upload a file
  heatdock.hosts.image:
    cloud: heatdock-lab
    clouds_files:
      - .lab/clouds.yaml
    name: debian-13-own
    inputs:
      sha256: "{{ lookup('ansible.builtin.file', 'debian-13.qcow2.sha256') }}"
    file: debian-13.qcow2
    former: deleted
"""

RETURN = r"""
action:
  description: What was done, or in check mode would be done, V(none) or V(create).
  returned: success
  type: str
  sample: create
image:
  description: The image.
  returned: success
  type: dict
  sample:
    id: 0f7c7e1e-3a53-4a6f-9c1b-5d8f1a2b3c4d
    name: debian-13-engine
    inputs: 5f2b6c0f9a
    size: 481296384
  contains:
    id:
      description: ID of the image; none in check mode where it would be made.
      returned: always
      type: str
      sample: 0f7c7e1e-3a53-4a6f-9c1b-5d8f1a2b3c4d
    name:
      description: Name of the image.
      returned: always
      type: str
      sample: debian-13-engine
    inputs:
      description: Digest of the inputs.
      returned: always
      type: str
      sample: 5f2b6c0f9a
    size:
      description: Size of its file in bytes; none where it would be made.
      returned: always
      type: int
      sample: 481296384
former:
  description: IDs of the images that had the name before and were, or would be, hidden or deleted.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.heatdock.hosts.plugins.module_utils._client import CLOUD_OPTIONS, Client, CloudOptions
from ansible_collections.heatdock.hosts.plugins.module_utils._errors import HeatdockError
from ansible_collections.heatdock.hosts.plugins.module_utils._images import DIGEST, IMAGE_OPTIONS, Images, Wanted


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec=CLOUD_OPTIONS | IMAGE_OPTIONS,
        mutually_exclusive=[("server", "file")],
        supports_check_mode=True,
    )
    params = module.params
    try:
        wanted = Wanted(**{name: params[name] for name in IMAGE_OPTIONS})
        cloud = Client(CloudOptions(**{name: params[name] for name in CLOUD_OPTIONS}))
        result = Images(cloud, check=module.check_mode).present(wanted)
    except HeatdockError as error:
        module.fail_json(msg=f"image {params['name']}: {error}")
    image = {"id": result.image["id"], "name": result.image["name"], "size": result.image.get("size")}
    module.exit_json(
        changed=result.action != "none",
        action=result.action,
        image={**image, "inputs": result.image[DIGEST]},
        former=result.former,
    )


if __name__ == "__main__":
    main()
