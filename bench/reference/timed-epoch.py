"""Seconds of an unfrozen epoch in fastai, train and valid split, for the row `epoch-lite0` of `npm run bench`.

    python bench/reference/timed-epoch.py INPUTS

Reads originals with as many workers as are faster here: fastai's default, or none.
"""

import time

from fastai.callback.training import ShortEpochCallback
from peer import faster_workers, inputs, peer_learner, serve, workers_note

manifest = inputs()["photos"]["manifestFile"]
learners = {count: peer_learner(manifest, None, num_workers=count) for count in (None, 0)}


def seconds(count, callbacks=()):
    learner = learners[count]
    started = time.perf_counter()
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(1, 1e-3, cbs=callbacks)
    return time.perf_counter() - started


seconds(0, ShortEpochCallback(0.01))  # the first steps of a process are slow
workers = faster_workers(seconds)
serve(lambda: seconds(workers), workers_note(workers))
