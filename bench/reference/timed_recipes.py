"""fastai's recipes with a clock, for the rows `time-to-error` and `error-vs-time` of `npm run bench`."""

import time

from peer import faster_workers, peer_learner

TRIAL_STEPS = 4


def trial_seconds(manifest, num_workers):
    """A few frozen steps, loaders included."""
    started = time.perf_counter()
    learner = peer_learner(manifest, None, num_workers=num_workers)
    learner.freeze()
    with learner.no_bar(), learner.no_logging():
        learner.lr_find(num_it=TRIAL_STEPS, stop_div=False, show_plot=False, suggest_funcs=())
    return time.perf_counter() - started


def workers_for(manifest):
    """Warms the process up and returns the faster number of workers: fastai's default, or none."""
    trial_seconds(manifest, 0)  # the first steps of a process are slow
    return faster_workers(lambda count: trial_seconds(manifest, count))


def epochs_of(recipe, manifest, weights, num_workers):
    """(seconds since the start, error rate) as each epoch ends, of "fine_tune:3" or of "head:3"."""
    name, epochs = recipe.split(":")
    started = time.perf_counter()
    learner = peer_learner(manifest, weights, num_workers=num_workers)
    ends = []
    learner.logger = lambda row: ends.append((time.perf_counter() - started, float(row[3])))
    with learner.no_bar():
        if name == "fine_tune":
            learner.fine_tune(int(epochs), 2e-3)
        else:
            learner.freeze()
            learner.fit_one_cycle(int(epochs), 3e-3)
    return ends
