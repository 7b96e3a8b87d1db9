"""Writes what timm's EfficientNet-Lite0 computes, for efficientnet-lite.test.ts to compare with.

    pip install torch timm safetensors numpy
    python bench/reference/efficientnet-lite0.py ~/.cache/whetstone/weights/tf_efficientnet_lite0.safetensors
"""

import json
import pathlib
import sys

import timm
import torch
from safetensors.torch import load_file

import formulas

NAME = "tf_efficientnet_lite0"
GRADIENTS = [
    "conv_stem.weight",
    "bn1.bias",
    "blocks.0.0.conv_dw.weight",
    "blocks.1.0.conv_pw.weight",
    "blocks.2.0.conv_dw.weight",
    "blocks.3.1.bn2.weight",
    "blocks.6.0.conv_pwl.weight",
    "conv_head.weight",
]
STATISTICS = ["bn1.running_mean", "blocks.0.0.bn1.running_var", "blocks.5.2.bn3.running_var"]


def every(tensor, count=16):
    """About `count` numbers of a tensor, evenly spread, and its norm."""
    flat = tensor.detach().double().flatten()
    step = max(1, len(flat) // count)
    values = formulas.rounded(flat[::step])
    return {"norm": formulas.rounded(flat.norm())[0], "step": step, "values": values}


def logits(model, batch, side):
    with torch.no_grad():
        output = model(formulas.images(batch, side))
    return {"batch": batch, "side": side, "logits": [every(row, 50) for row in output]}


def learning(model, batch, side, training):
    """Gradients of one pass, and the running statistics after it, in double precision."""
    model.double().train(training)
    pooled = model.forward_features(formulas.images(batch, side).double()).mean((2, 3))
    pattern = torch.sin(0.01 * torch.arange(pooled.numel(), dtype=torch.float64)).reshape(pooled.shape)
    (pooled * pattern).sum().backward()
    parameters, state = dict(model.named_parameters()), model.state_dict()
    return {
        "batch": batch,
        "side": side,
        "training": training,
        "gradients": {name: every(parameters[name].grad) for name in GRADIENTS},
        "statistics": {name: every(state[name]) for name in STATISTICS},
    }


def drawn():
    model = timm.create_model(NAME, pretrained=False)
    formulas.weights(model)
    return model


def pretrained(path):
    model = timm.create_model(NAME, pretrained=False)
    model.load_state_dict(load_file(path))
    return model


def main(weights_file):
    golden = {
        "parameters": sum(p.numel() for n, p in drawn().named_parameters() if not n.startswith("classifier")),
        "names": [n for n in drawn().state_dict() if not n.endswith("num_batches_tracked")],
        "drawn": {
            "logits": [logits(drawn().eval(), 2, 64), logits(drawn().eval(), 1, 75)],
            "learning": [learning(drawn(), 2, 64, False), learning(drawn(), 4, 64, True)],
        },
        "pretrained": {
            "logits": [logits(pretrained(weights_file).eval(), *size) for size in ((2, 224), (1, 160), (1, 131))],
            "learning": [learning(pretrained(weights_file), 8, 96, True)],
        },
    }
    root = pathlib.Path(__file__).resolve().parents[2]
    target = root / "packages/training/src/model/efficientnet-lite.golden.json"
    target.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
