"""Seconds of fastai's `fine_tune(3)` and the error rate it ends with, for the row `time-to-error` of `npm run bench`.

    python bench/reference/time-to-error.py INPUTS

Each round trains on the next split.
"""

from itertools import cycle

from peer import inputs, serve, workers_note
from timed_recipes import epochs_of, workers_for

given = inputs()
splits = given["photos"]["manifestFiles"]
workers = workers_for(splits[0])
next_split = cycle(splits)


def measure():
    seconds, error_rate = epochs_of("fine_tune:3", next(next_split), given["weightsFile"], workers)[-1]
    return {"value": seconds, "parts": {"error rate": error_rate}}


serve(measure, workers_note(workers))
