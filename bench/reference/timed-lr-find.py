"""Seconds of fastai's learning-rate finder with a frozen body, for the rows `lr-find-*` of `npm run bench`.

    python bench/reference/timed-lr-find.py INPUTS STEPS

Reads originals with as many workers as are faster here: fastai's default, or none.
"""

import sys
import time

from peer import faster_workers, inputs, peer_learner, serve, workers_note

TRIAL_STEPS = 4

manifest, steps = inputs()["photos"]["manifestFile"], int(sys.argv[2])


def seconds(count, steps):
    learner = peer_learner(manifest, None, num_workers=count)
    learner.freeze()
    started = time.perf_counter()
    with learner.no_bar(), learner.no_logging():
        learner.lr_find(num_it=steps, stop_div=False, show_plot=False, suggest_funcs=())
    return time.perf_counter() - started


seconds(0, TRIAL_STEPS)  # the first steps of a process are slow
workers = faster_workers(lambda count: seconds(count, TRIAL_STEPS))
serve(lambda: seconds(workers, steps), workers_note(workers))
