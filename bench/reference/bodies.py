"""Writes what timm's networks compute, for the tests in model/architectures to compare with.

    pip install torch timm safetensors numpy
    python bench/reference/bodies.py ~/.cache/whetstone/weights [NAME …]

Weights are drawn from formulas; where the folder has those of ImageNet they are tried too. Everything
is computed in double precision.
"""

import json
import pathlib
import sys

import timm
import torch
from safetensors.torch import load_file
from timm.layers import BatchNormAct2d

import formulas

RESNET = {
    "gradients": [
        "conv1.weight",
        "bn1.weight",
        "layer1.0.conv1.weight",
        "layer2.0.downsample.0.weight",
        "layer2.1.bn2.weight",
        "layer3.1.conv2.weight",
        "layer4.0.downsample.1.bias",
        "layer4.1.conv2.weight",
    ],
    "statistics": ["bn1.running_mean", "layer2.0.bn2.running_var", "layer4.1.bn2.running_var"],
}
INVERTED = {
    "gradients": [
        "conv_stem.weight",
        "bn1.weight",
        "blocks.0.0.conv_dw.weight",
        "blocks.1.0.conv_pw.weight",
        "blocks.2.0.conv_dw.weight",
        "blocks.3.1.bn2.weight",
        "blocks.6.0.conv_pwl.weight",
        "conv_head.weight",
    ],
    "statistics": ["bn1.running_mean", "blocks.0.0.bn1.running_var", "blocks.5.2.bn3.running_var"],
}
SAMPLED = {
    "resnet18": RESNET,
    "resnet34": RESNET,
    "resnet50": RESNET,
    "tf_efficientnet_lite0": INVERTED,
    "tf_efficientnet_lite1": INVERTED,
    "tf_efficientnet_lite2": INVERTED,
    "mobilenetv2_100": INVERTED,
}
# In single precision one of a million activations may end up on the other side of a ReLU's edge, which
# changes all gradients before it by up to 3 %. With norms around 3, few activations are near 0 or 6, and with so
# few images none is.
AWAY_FROM_EDGES = 3
FEW_IMAGES = 4
MARGIN = 3e-5
CLASSIFIERS = ("fc", "classifier")


def every(tensor, count=16):
    """About `count` numbers of a tensor, evenly spread, and its norm."""
    flat = tensor.detach().double().flatten()
    step = max(1, len(flat) // count)
    values = formulas.rounded(flat[::step])
    return {"norm": formulas.rounded(flat.norm())[0], "step": step, "values": values}


def logits(model, batch, side):
    with torch.no_grad():
        output = model.double().eval()(formulas.images(batch, side).double())
    return {"batch": batch, "side": side, "logits": [every(row, 25) for row in output]}


def training(model, batch, side, centre=0):
    """Pooled features and gradients of one pass, and the running statistics after it."""
    sampled = SAMPLED[model.pretrained_cfg["architecture"]]
    model.double().train()
    pooled = model.forward_features(formulas.images(batch, side).double()).mean((2, 3))
    pattern = torch.sin(0.01 * torch.arange(pooled.numel(), dtype=torch.float64)).reshape(pooled.shape)
    (pooled * pattern).sum().backward()
    parameters, state = dict(model.named_parameters()), model.state_dict()
    return {
        "batch": batch,
        "side": side,
        "centre": centre,
        "pooled": every(pooled),
        "gradients": {name: every(parameters[name].grad) for name in sampled["gradients"]},
        "statistics": {name: every(state[name]) for name in sampled["statistics"]},
    }


def watch_margin(model):
    """Fails where what comes out of a batch norm is nearer to an edge of ReLU6 than MARGIN."""

    def check(norm, inputs, _):
        scale = (norm.weight, norm.bias, True, 0.0, norm.eps)
        normed = torch.nn.functional.batch_norm(inputs[0], None, None, *scale)
        margin = torch.minimum(normed.abs(), (normed - 6).abs()).min().item()
        assert margin > MARGIN, f"an activation is {margin} from an edge: take other images"

    for module in model.modules():
        if isinstance(module, BatchNormAct2d) and not isinstance(module.act, torch.nn.Identity):
            module.register_forward_hook(check)
    return model


def drawn(name, centre=0):
    model = timm.create_model(name, pretrained=False)
    formulas.weights(model, centre)
    return model


def pretrained(name, file):
    model = timm.create_model(name, pretrained=False)
    model.load_state_dict(load_file(file))
    return model


def shapes(model):
    """Shapes of the convolutions' weights, and how many channels each norm has."""
    state = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    norms = [name.removesuffix(".running_mean") for name in state if name.endswith(".running_mean")]
    body = {name: shape for name, shape in state.items() if not name.startswith(CLASSIFIERS)}
    return {
        "convolutions": {name: shape for name, shape in body.items() if len(shape) == 4},
        "norms": {name: body[f"{name}.weight"][0] for name in norms},
    }


def golden(name, weights):
    model = drawn(name)
    values = {
        **shapes(model),
        "classifier": next(part for part in CLASSIFIERS if hasattr(model, part)),
        "parameters": sum(p.numel() for n, p in model.named_parameters() if not n.startswith(CLASSIFIERS)),
        "logits": [logits(drawn(name), 2, 64), logits(drawn(name), 1, 75)],
        "training": training(drawn(name), 6, 51),
        "awayFromEdges": training(watch_margin(drawn(name, AWAY_FROM_EDGES)), FEW_IMAGES, 48, AWAY_FROM_EDGES),
    }
    file = weights / f"{name}.safetensors"
    if file.exists():
        sizes = ((1, timm.create_model(name).pretrained_cfg["input_size"][1]), (2, 160), (1, 131))
        values["pretrained"] = {
            "logits": [logits(pretrained(name, file), *size) for size in sizes],
            "training": training(pretrained(name, file), 8, 96),
        }
    return values


def main(weights, *names):
    root = pathlib.Path(__file__).resolve().parents[2]
    folder = root / "packages/training/src/model/architectures"
    for name in names or SAMPLED:
        lines = ",\n".join(f'"{key}": {json.dumps(value)}' for key, value in golden(name, pathlib.Path(weights)).items())
        (folder / f"{name}.golden.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
