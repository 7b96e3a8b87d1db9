"""Writes what fastai's head and fastai's Adam compute, for head.test.ts and adam.test.ts to compare with.

    pip install torch fastai numpy
    python bench/reference/head-and-adam.py
"""

import json
import pathlib

import torch
from fastai.optimizer import Adam
from fastai.vision.learner import create_head

import formulas

# Where our names stand in fastai's list of layers.
LAYERS = {"2": "norm1", "4": "linear1", "6": "norm2", "8": "linear2"}


def head_golden(features=24, classes=5):
    head = create_head(features, classes)
    fresh = {f"head.{name}.{key}": value for i, name in LAYERS.items() for key, value in head[int(i)].state_dict().items()}
    holder = torch.nn.ModuleDict({"head": torch.nn.ModuleDict({n: head[int(i)] for i, n in LAYERS.items()})})
    formulas.weights(holder)
    maps = formulas.images(8, 7).repeat(1, features // 3, 1, 1)
    with torch.no_grad():
        logits = head.eval()(maps)
    return {
        "features": features,
        "classes": classes,
        "epsilons": [head[2].eps, head[6].eps],
        "momentums": [head[2].momentum, head[6].momentum],
        "dropouts": [head[3].p, head[7].p],
        "shapes": {name: list(value.shape) for name, value in fresh.items() if value.ndim > 0},
        "logits": formulas.rounded(logits),
    }


def adam_golden():
    weight = torch.nn.Parameter(torch.sin(torch.arange(6.0)))
    bias = torch.nn.Parameter(torch.cos(torch.arange(4.0)))
    optimizer = Adam([[weight], [bias]], lr=1e-3)
    optimizer.state[bias]["do_wd"] = False
    steps = []
    for step in range(6):
        momentum, rate = 0.95 - 0.02 * step, 1e-2 * (step + 1)
        optimizer.set_hyper("lr", [rate, rate * 3])
        optimizer.set_hyper("mom", momentum)
        for parameter in (weight, bias):
            parameter.grad = torch.sin(parameter.detach() * 3 + step)
        optimizer.step()
        steps.append({"rate": rate, "momentum": momentum, "weight": formulas.rounded(weight), "bias": formulas.rounded(bias)})
    return steps


def main():
    source = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src"
    (source / "model/head.golden.json").write_text(json.dumps(head_golden(), indent=1) + "\n")
    (source / "optimizer/adam.golden.json").write_text(json.dumps(adam_golden(), indent=1) + "\n")


if __name__ == "__main__":
    main()
