"""Runs a compiled pipeline with kfp.local, each step in a container.

The one argument is JSON: {"pipeline": FILE, "root": FOLDER, "arguments": {...}, "env": {...}}.
"""

import json
import sys

from kfp import components, local

job = json.loads(sys.argv[1])
local.init(
    # A pod's settings come from a Secret, which kfp.local does not know.
    runner=local.DockerRunner(
        environment=job["env"],
        network_mode="host",
        user="12345:0",  # OpenShift gives each namespace a user of its own.
        read_only=True,
        tmpfs={"/tmp": "mode=1777"},
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
    ),
    pipeline_root=job["root"],
)
components.load_component_from_file(job["pipeline"])(**job["arguments"])
