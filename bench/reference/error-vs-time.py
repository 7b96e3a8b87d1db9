"""Error rates of fastai after some time, for the row `error-vs-time` of `npm run bench`.

    python bench/reference/error-vs-time.py INPUTS MOMENTS RECIPE...

MOMENTS are seconds, "15,30"; a RECIPE is "fine_tune:3" or, of the head alone, "head:3". Each round trains
on the next split. For each moment the best recipe's last epoch that had ended by then; before any has,
everything is taken for something else. Beside them, how each run ended, whenever it did.
"""

import sys
from itertools import cycle

from peer import inputs, serve, workers_note
from timed_recipes import epochs_of, workers_for

given = inputs()
moments = [float(moment) for moment in sys.argv[2].split(",")]
recipes = sys.argv[3:]
splits = given["photos"]["manifestFiles"]
workers = workers_for(splits[0])
next_split = cycle(splits)


def measure():
    manifest = next(next_split)
    runs = {recipe: epochs_of(recipe, manifest, given["weightsFile"], workers) for recipe in recipes}

    def error_after(moment):
        lasts = [[error for seconds, error in run if seconds <= moment] for run in runs.values()]
        return min(errors[-1] if errors else 1.0 for errors in lasts)

    parts = {f"after {moment:g} s": error_after(moment) for moment in moments}
    ends = {f"{recipe}, at its end": run[-1][1] for recipe, run in runs.items()}
    return {"value": sum(parts.values()) / len(parts), "parts": {**parts, **ends}}


serve(measure, f"{', '.join(recipes)} and {workers_note(workers)}")
