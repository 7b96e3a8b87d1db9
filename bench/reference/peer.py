"""fastai's loaders and learner on the split of a manifest, as the recipes of this project have them."""

import json
import math
import tempfile
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


def peer_learner(manifest, weights, architecture="tf_efficientnet_lite0", size=224):
    """`weights` is <architecture>.safetensors; items are presized as chapter 5 of the book does."""
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
        batch_tfms=[
            *aug_transforms(size=size, min_scale=0.75),
            Normalize.from_stats([0.5] * 3, [0.5] * 3),
        ],
    ).dataloaders(root, bs=32, num_workers=0)

    body = timm.create_model(architecture, pretrained=False, num_classes=0, global_pool="")
    body.load_state_dict(load_file(weights), strict=False)
    model = nn.Sequential(body, create_head(1280, len(header["labels"])))
    apply_init(model[1], nn.init.kaiming_normal_)
    return Learner(
        loaders,
        model,
        CrossEntropyLossFlat(),
        metrics=error_rate,
        splitter=default_split,
        # Where lr_find keeps its copy of the weights; the default is among the photos.
        path=tempfile.mkdtemp(),
    )
