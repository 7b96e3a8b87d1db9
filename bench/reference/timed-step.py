"""Milliseconds of an unfrozen train step in PyTorch, for the rows `step-*` of `npm run bench`.

    python bench/reference/timed-step.py INPUTS ARCHITECTURE default|channels-last
"""

import statistics
import sys

from peer import SyntheticStep, inputs, serve

WARM_UP, STEPS = 2, 3

inputs()
step = SyntheticStep(*sys.argv[2:4])
for _ in range(WARM_UP):
    step.seconds()
serve(lambda: 1000 * statistics.median(step.seconds() for _ in range(STEPS)))
