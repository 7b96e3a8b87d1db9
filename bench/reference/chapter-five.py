"""Tells the story of chapter 5 with fastai: what `npm run bench -- chapter-five` compares with.

    pip install torch timm fastai safetensors
    python bench/reference/chapter-five.py MANIFEST WEIGHTS ARCHITECTURE SIZE STORY

STORY is recipe, bigger-body or variations. Prints one JSON object a stage, with the fields of `Stage` in bench/src/chapter-five-stages.ts.
"""

import json
import sys
import time

from peer import peer_learner

manifest, weights, architecture, size, story = sys.argv[1:6]
learner = peer_learner(manifest, weights, architecture, int(size))


def stage(name, rate, fit):
    """Runs a fit and prints how each of its epochs ended."""
    started = time.time()
    epochs = []

    def keep(row):
        epochs.append(dict(zip(("trainLoss", "validLoss", "errorRate"), map(float, row[1:4]))))

    learner.logger = keep
    fit()
    line = {"stage": name, "learningRate": rate, "epochs": epochs, "seconds": time.time() - started}
    print(json.dumps(line), flush=True)


def train_head():
    learner.freeze()
    rate = learner.lr_find(show_plot=False).valley
    stage("head", rate, lambda: learner.fit_one_cycle(3, rate))


def rate_for_everything():
    learner.unfreeze()
    return learner.lr_find(show_plot=False).valley


def recipe():
    train_head()
    rate = rate_for_everything()
    stage("slice", rate, lambda: learner.fit_one_cycle(6, slice(rate / 100, rate)))


def variations():
    train_head()
    rate = rate_for_everything()
    learner.save("trained-head", with_opt=False)
    stage("one-rate", rate, lambda: learner.fit_one_cycle(6, rate))
    learner.load("trained-head", with_opt=False)
    learner.unfreeze()  # clears the optimizer's state
    stage("more-epochs", rate, lambda: learner.fit_one_cycle(12, slice(rate / 100, rate)))


def bigger_body():
    stage("bigger-body", 2e-3, lambda: learner.fine_tune(6, 2e-3, freeze_epochs=3))


with learner.no_bar():
    {"recipe": recipe, "bigger-body": bigger_body, "variations": variations}[story]()
