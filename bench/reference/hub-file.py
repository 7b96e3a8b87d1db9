"""Writes weights as timm puts them on a hub, and what its networks compute, for hub-files.test.ts to compare with.

    pip install torch timm safetensors numpy huggingface_hub
    python bench/reference/hub-file.py FOLDER [NAME …]
    WHETSTONE_HUB_FILES=FOLDER npx vitest run --project training src/hub-files.test.ts

FOLDER, an absolute path, gets owner/name/model.safetensors as a hub has it, which is too large to be
committed. A small file, of PyTorch alone, goes beside the test. Weights are drawn from a seed; a few
passes in training mode fill the running statistics. Outputs are computed in double precision.
"""

import json
import pathlib
import sys

import timm
import torch
from safetensors.torch import save_file
from timm.models import save_for_hf

import formulas
from bodies import every

PASSES = 3


class Tiny(torch.nn.Module):
    """testing/tiny-body.ts with a classifier as ResNets have it."""

    def __init__(self, channels=16, classes=3):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, channels, 3, stride=2, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(channels, eps=1e-3)
        self.conv2 = torch.nn.Conv2d(channels, channels, 3, stride=2, bias=False)
        self.bn2 = torch.nn.BatchNorm2d(channels, eps=1e-3)
        self.fc = torch.nn.Linear(channels, classes)

    def forward_features(self, x):
        for conv, norm in ((self.conv1, self.bn1), (self.conv2, self.bn2)):
            # TensorFlow's padding of an even side: nothing before, one after.
            x = torch.nn.functional.relu6(norm(conv(torch.nn.functional.pad(x, (0, 1, 0, 1)))))
        return x

    def forward(self, x):
        return self.fc(self.forward_features(x).mean((2, 3)))


def spread_norms(model):
    """Norms as after training: fresh ones are all alike, and some of timm's switch their block off."""
    for norm in model.modules():
        if isinstance(norm, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(norm.weight, 0.5, 1.5)
            torch.nn.init.normal_(norm.bias, std=0.1)


def fill_statistics(model):
    with torch.no_grad():
        for _ in range(PASSES):
            model.train()(torch.randn(4, 3, 64, 64))
    model.eval()


def golden(model, batch, side):
    model = model.double().eval()
    images = formulas.images(batch, side).double()
    with torch.no_grad():
        features = model.forward_features(images).mean((2, 3))
        logits = model(images)
    return {
        "batch": batch,
        "side": side,
        "batchesTracked": PASSES,
        "features": every(features, 200),
        "logits": every(logits, 200),
    }


def write_json(file, value):
    file.write_text(json.dumps(value) + "\n")


def write_timm(folder, name):
    torch.manual_seed(42)
    model = timm.create_model(name, pretrained=False)
    spread_norms(model)
    fill_statistics(model)
    save_for_hf(model, folder / "timm" / name, safe_serialization=True)
    write_json(folder / "timm" / name / "golden.json", golden(model, 2, 96))


def write_tiny():
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    torch.manual_seed(42)
    model = Tiny()
    spread_norms(model)
    fill_statistics(model)
    # One tensor of each half-precision type, among those of full precision.
    model.conv2.half()
    model.bn2.weight.data = model.bn2.weight.data.bfloat16()
    save_file(model.state_dict(), source / "hub-files.golden.safetensors", metadata={"format": "pt"})
    write_json(source / "hub-files.golden.json", golden(model, 2, 16))


def main(folder, *names):
    write_tiny()
    for name in names or ("resnet18.a1_in1k", "mobilenetv2_100.ra_in1k"):
        write_timm(pathlib.Path(folder), name)


if __name__ == "__main__":
    main(*sys.argv[1:])
