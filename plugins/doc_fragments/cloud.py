# SPDX-FileCopyrightText: 2026 Heatdock contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that select a cloud."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of every module that talks to a cloud."""

    DOCUMENTATION = r"""
---
options:
  cloud:
    description:
    - Name of the cloud in C(clouds.yaml), which is looked for where the other tools of OpenStack look, the file of
      E(OS_CLIENT_CONFIG_FILE), the current folder, C(~/.config/openstack) and C(/etc/openstack), with C(secure.yaml)
      and C(clouds-public.yaml) beside it. The current folder of a module is the playbook's.
    - Without it E(OS_CLOUD) names the cloud, and without that the E(OS_AUTH_URL) family of variables describes it.
    - Passwords, application credentials, tokens and trusts all serve. Certificates are checked by C(cacert) or
      E(OS_CACERT), else by the CAs that the system trusts.
    type: str
  clouds_files:
    description:
    - More C(clouds.yaml) files, searched in order when the cloud is not in the usual places.
    - Files that are not there are skipped.
    type: list
    elements: path
    default: []
  region_name:
    description:
    - Region, where the cloud has several.
    type: str
  api_timeout:
    description:
    - Seconds until one request counts as unanswered; by default as C(clouds.yaml) says.
    type: int
attributes:
  action_group:
    description: Use C(group/heatdock.hosts.cloud) in C(module_defaults) to say once for all such modules which cloud.
    support: full
    membership:
      - heatdock.hosts.cloud
requirements:
  - openstacksdk >= 4.0
notes:
  - Runs where the OpenStack libraries are, which is the controller; delegate the task to C(localhost) and let
    C(ansible_python_interpreter) be C({{ ansible_playbook_python }}).
"""
