"""Most memory that a process had which took unfrozen train steps, in MB, for the rows `memory-*` of `npm run bench`.

    python bench/reference/peak-memory.py INPUTS ARCHITECTURE STEPS
"""

import re
import resource
import sys
from pathlib import Path

from peer import SyntheticStep, inputs, serve

inputs()
architecture, steps = sys.argv[2:4]
step = SyntheticStep(architecture)


def peak():
    for _ in range(int(steps)):
        step.seconds()
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024 / 1e6
    # Bytes on macOS, the one system without /proc that this may run on.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


serve(peak)
