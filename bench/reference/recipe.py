"""Runs fastai on the split of a manifest that `npm run bench -- recipe` wrote.

    pip install torch timm fastai safetensors
    python bench/reference/recipe.py MANIFEST WEIGHTS [fine-tune | chapter-five] [SIZE]

WEIGHTS is tf_efficientnet_lite0.safetensors. Prints train loss, valid loss and error rate by epoch.
The recipes are those of packages/training/src/policies/recipes.ts, in fastai's words.
"""

import json
import math
import sys
from pathlib import Path

import timm
from fastai.vision.all import (
    CategoryBlock,
    CrossEntropyLossFlat,
    DataBlock,
    FuncSplitter,
    ImageBlock,
    Learner,
    Normalize,
    Resize,
    apply_init,
    aug_transforms,
    create_head,
    default_split,
    error_rate,
    nn,
    parent_label,
    set_seed,
)
from safetensors.torch import load_file

manifest, weights = sys.argv[1:3]
recipe = sys.argv[3] if len(sys.argv) > 3 else "fine-tune"
size = int(sys.argv[4]) if len(sys.argv) > 4 else 224
header, *items = (json.loads(line) for line in Path(manifest).read_text().splitlines())
root = Path(header["root"])
files = [root / item["source"] for item in items]
valid = {str(root / item["source"]) for item in items if item["split"] == "valid"}

set_seed(42)
loaders = DataBlock(
    (ImageBlock, CategoryBlock),
    get_items=lambda _: files,
    get_y=parent_label,
    splitter=FuncSplitter(lambda path: str(path) in valid),
    item_tfms=Resize(math.ceil(size * 8 / 7 / 32) * 32),
    batch_tfms=[*aug_transforms(size=size), Normalize.from_stats([0.5] * 3, [0.5] * 3)],
).dataloaders(root, bs=32, num_workers=0)

body = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0, global_pool="")
body.load_state_dict(load_file(weights), strict=False)
model = nn.Sequential(body, create_head(1280, len(header["labels"])))
apply_init(model[1], nn.init.kaiming_normal_)

learner = Learner(loaders, model, CrossEntropyLossFlat(), metrics=error_rate, splitter=default_split)
with learner.no_bar():
    if recipe == "fine-tune":
        learner.fine_tune(3, 2e-3)
    else:
        learner.freeze()
        found = learner.lr_find(show_plot=False)
        print("head at", found.valley, flush=True)
        learner.fit_one_cycle(3, found.valley)
        learner.unfreeze()
        found = learner.lr_find(show_plot=False)
        print("everything at", found.valley, flush=True)
        learner.fit_one_cycle(6, slice(found.valley / 100, found.valley))
