"""Runs fastai's `fine_tune(3)` on the split of a manifest that `npm run bench -- recipe` wrote.

    pip install torch timm fastai safetensors
    python bench/reference/recipe.py MANIFEST WEIGHTS [SIZE]

WEIGHTS is tf_efficientnet_lite0.safetensors. Prints train loss, valid loss and error rate by epoch.
"""

import sys

from peer import peer_learner

manifest, weights = sys.argv[1:3]
size = int(sys.argv[3]) if len(sys.argv) > 3 else 224
learner = peer_learner(manifest, weights, size=size)
with learner.no_bar():
    learner.fine_tune(3, 2e-3)
