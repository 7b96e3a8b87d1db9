"""Writes the gradients that PyTorch computes for each layer and loss by itself, for model/layer-gradients.test.ts.

    pip install torch timm numpy
    python bench/reference/layer-gradients.py

In double precision, and each checked against central finite differences on the way. Inputs and weights
are drawn from formulas; no number is near a kink of ReLU, ReLU6 or a maximum, where the gradient jumps.
"""

import functools
import json
import pathlib

import numpy as np
import torch
from timm.layers import create_conv2d
from timm.models._efficientnet_blocks import DepthwiseSeparableConv, InvertedResidual
from timm.models.resnet import BasicBlock, Bottleneck, downsample_conv
from torch import nn
from torch.nn import functional

import formulas

# Even and odd, since "same" padding differs.
MAP = (2, 8, 7, 3)
SMALL_MAP = (3, 6, 5, 8)
TARGETS = [0, 3, 1, 1, 4, 2, 1]
CLASS_WEIGHTS = [0.5, 1, 2, 0, 3.5]
# Rounding to single precision moves a number by some 1e-7, a step of finite differences by 1e-6.
FROM_KINK = 1e-5
NOTHING = 1e-12


class Named(nn.Module):
    """One module under the name `layer`, so that its tensors are called `layer.…`."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)


class Applied(nn.Module):
    """A function without parameters, and how far its input is from its kinks."""

    def __init__(self, function, margin=lambda x: np.inf):
        super().__init__()
        self.function, self.margin = function, margin

    def forward(self, x):
        assert self.margin(x.detach()) > FROM_KINK
        return self.function(x)


class Residual(Named):
    def forward(self, x):
        return x + self.layer(x)


class Head(nn.Module):
    """fastai's head without dropout, which draws otherwise in every library."""

    def __init__(self, features, classes):
        super().__init__()
        self.head = nn.ModuleDict(
            {
                "norm1": nn.BatchNorm1d(2 * features),
                "linear1": nn.Linear(2 * features, 512, bias=False),
                "norm2": nn.BatchNorm1d(512),
                "linear2": nn.Linear(512, classes, bias=False),
            }
        )

    def forward(self, x):
        assert margin_of_windows(x.flatten(2)[..., None], (x.shape[2] * x.shape[3], 1), 1, 0) > FROM_KINK
        pooled = torch.cat([x.amax((2, 3)), x.mean((2, 3))], 1)
        hidden = rectify()(self.head.linear1(self.head.norm1(pooled)))
        return self.head.linear2(self.head.norm2(hidden))


class InvertedBody(nn.Module):
    """A stem, one block, and a last convolution, under timm's names."""

    def __init__(self, block, padding, stem=4, outputs=4, features=5):
        super().__init__()
        norm = functools.partial(nn.BatchNorm2d, eps=1e-3)
        self.conv_stem = create_conv2d(3, stem, 3, stride=2, padding=padding)
        self.bn1, self.act1 = norm(stem), rectify6()
        self.blocks = nn.Sequential(nn.Sequential(block(pad_type=padding, act_layer=rectify6, norm_layer=norm)))
        self.conv_head = create_conv2d(outputs, features, 1, padding=padding)
        self.bn2, self.act2 = norm(features), rectify6()

    def forward(self, x):
        x = self.blocks(self.act1(self.bn1(self.conv_stem(x))))
        return self.act2(self.bn2(self.conv_head(x)))


def rectify(inplace=False):
    return Applied(functional.relu, lambda x: x.abs().min())


def rectify6(inplace=False):
    return Applied(functional.relu6, lambda x: min(x.abs().min(), (x - 6).abs().min()))


def max_pool(kernel, stride):
    half = kernel // 2
    return Applied(
        lambda x: functional.max_pool2d(x, kernel, stride, half),
        lambda x: margin_of_windows(x, (kernel, kernel), stride, half),
    )


def margin_of_windows(x, kernel, stride, padding):
    """The least distance of a window's largest number from its second largest."""
    padded = functional.pad(x, [padding] * 4, value=-1e9)
    windows = functional.unfold(padded, kernel, stride=stride).reshape(*x.shape[:2], kernel[0] * kernel[1], -1)
    largest = windows.topk(2, 2).values
    return (largest[:, :, 0] - largest[:, :, 1]).min()


def conv(kernel, stride, padding, outputs=4):
    return Named(create_conv2d(3, outputs, kernel, stride=stride, padding=padding))


def depthwise(kernel, stride, padding):
    return Named(create_conv2d(3, 3, kernel, stride=stride, padding=padding, depthwise=True))


def res_block(block, inputs, width, stride=1):
    outputs = width * block.expansion
    around = None if stride == 1 and inputs == outputs else downsample_conv(inputs, outputs, 1, stride)
    return Named(block(inputs, width, stride, around, act_layer=rectify))


def inverted(outputs=4, **options):
    return functools.partial(InvertedResidual, 4, outputs, **options)


def by_item(loss):
    return Applied(lambda logits: loss(logits, torch.tensor(TARGETS, device=logits.device)))


def cross_entropy(**options):
    return by_item(functools.partial(functional.cross_entropy, reduction="none", **options))


def focal(gamma):
    def loss(logits, targets):
        losses = functional.cross_entropy(logits, targets, reduction="none")
        return (1 - torch.exp(-losses)) ** gamma * losses

    return by_item(loss)


def case(module, shape=MAP, scale=1, training=False):
    return {"module": module, "shape": shape, "scale": scale, "training": training}


def cases():
    same, symmetric = "same", ""
    square, logits = (5, 6), {"shape": (len(TARGETS), len(CLASS_WEIGHTS)), "scale": 4}
    separable = functools.partial(DepthwiseSeparableConv, 4, 4)
    body = {"shape": (3, 12, 11, 3), "training": True}
    res = {"shape": SMALL_MAP, "training": True}
    weights = torch.tensor(CLASS_WEIGHTS, dtype=torch.float64)
    return {
        "conv 1, stride 1": case(conv(1, 1, same)),
        "conv 1, stride 2": case(conv(1, 2, symmetric)),
        "conv 3, stride 1": case(conv(3, 1, same)),
        "conv 3, stride 2, same padding": case(conv(3, 2, same)),
        "conv 3, stride 2, symmetric padding": case(conv(3, 2, symmetric)),
        "conv 7, stride 2, same padding": case(conv(7, 2, same)),
        "conv 7, stride 2, symmetric padding": case(conv(7, 2, symmetric)),
        "depthwise conv 3, stride 1": case(depthwise(3, 1, same)),
        "depthwise conv 3, stride 2, same padding": case(depthwise(3, 2, same)),
        "depthwise conv 3, stride 2, symmetric padding": case(depthwise(3, 2, symmetric)),
        "depthwise conv 5, stride 1": case(depthwise(5, 1, same)),
        "depthwise conv 5, stride 2, same padding": case(depthwise(5, 2, same)),
        "depthwise conv 5, stride 2, symmetric padding": case(depthwise(5, 2, symmetric)),
        "max pool 3, stride 1": case(max_pool(3, 1)),
        "max pool 3, stride 2": case(max_pool(3, 2)),
        "linear": case(Named(nn.Linear(6, 4, bias=False)), square),
        "batch norm, training": case(Named(nn.BatchNorm2d(3, eps=1e-3)), training=True),
        "batch norm, evaluation": case(Named(nn.BatchNorm2d(3, eps=1e-3))),
        "ReLU": case(rectify(), scale=8),
        "ReLU6": case(rectify6(), scale=8),
        "residual": case(Residual(create_conv2d(3, 3, 3))),
        "head, training": case(Head(4, 3), (8, 3, 2, 4), training=True),
        "head, evaluation": case(Head(4, 3), (8, 3, 2, 4)),
        "separable block with a shortcut": case(InvertedBody(separable, same), **body),
        "inverted block with a shortcut": case(InvertedBody(inverted(exp_ratio=4), symmetric), **body),
        "inverted block, stride 2, same padding": case(
            InvertedBody(inverted(6, exp_ratio=4, dw_kernel_size=5, stride=2), same, outputs=6), **body
        ),
        "inverted block, stride 2, symmetric padding": case(
            InvertedBody(inverted(6, exp_ratio=4, stride=2), symmetric, outputs=6), **body
        ),
        "basic block": case(res_block(BasicBlock, 8, 8), **res),
        "basic block that halves": case(res_block(BasicBlock, 8, 6, 2), **res),
        "bottleneck": case(res_block(Bottleneck, 8, 2), **res),
        "bottleneck that widens": case(res_block(Bottleneck, 8, 3), **res),
        "bottleneck that halves": case(res_block(Bottleneck, 8, 3, 2), **res),
        "cross-entropy": case(cross_entropy(), **logits),
        "label smoothing": case(cross_entropy(label_smoothing=0.1), **logits),
        "focal loss": case(focal(2), **logits),
        "focal loss with a root": case(focal(0.5), **logits),
        "weighted cross-entropy": case(cross_entropy(weight=weights), **logits),
    }


def drawn(shape, scale):
    """Numbers in the order of channels last, with the channels where PyTorch has them."""
    values = (scale * formulas.chirp(np.arange(np.prod(shape), dtype=np.float64), 1)).astype(np.float32)
    x = torch.from_numpy(values).double().reshape(shape)
    return x.permute(0, 3, 1, 2).contiguous() if x.ndim == 4 else x


def channels_last(x):
    return (x.permute(0, 2, 3, 1) if x.ndim == 4 else x).flatten()


def some(tensor, count=20):
    """All numbers of a small tensor; of a large one about `count`, an odd number apart; and its norm."""
    step = max(1, len(tensor) // count) | 1 if len(tensor) > 2 * count else 1
    # What batch norm takes away again has no gradient, but for the rounding of doubles.
    exact = torch.where(tensor.detach().abs() < NOTHING, 0, tensor.detach())
    return {"norm": formulas.rounded(exact.norm())[0], "step": step, "values": formulas.rounded(exact[::step])}


def assert_finite_differences_agree(module, x):
    names, parameters = zip(*module.named_parameters()) if list(module.parameters()) else ((), ())
    state = {name: buffer.clone() for name, buffer in module.named_buffers()}

    def value(x, *values):
        # Training changes running statistics, and each call has to begin with the same.
        return torch.func.functional_call(module, {**{k: v.clone() for k, v in state.items()}, **dict(zip(names, values))}, (x,))

    torch.manual_seed(0)
    assert torch.autograd.gradcheck(value, (x, *parameters), fast_mode=True, atol=1e-6, rtol=1e-5)


def golden(module, shape, scale, training):
    formulas.weights(module)
    module.double().train(training)
    x = drawn(shape, scale).requires_grad_()
    assert_finite_differences_agree(module, x)

    output = channels_last(module(x))
    wave = np.sin(0.7 * np.arange(len(output), dtype=np.float64) + 2).astype(np.float32)
    (output * torch.from_numpy(wave).double()).sum().backward()
    gradients = {name: some(parameter.grad.flatten()) for name, parameter in module.named_parameters()}
    statistics = {name: some(buffer) for name, buffer in module.named_buffers() if "running" in name}
    return {
        "shape": shape,
        "scale": scale,
        "training": training,
        "output": some(output),
        "gradients": {"x": some(channels_last(x.grad)), **gradients},
        "statistics": statistics,
    }


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    lines = ",\n".join(f'"{name}": {json.dumps(golden(**of))}' for name, of in cases().items())
    file = root / "packages/training/src/model/layer-gradients.golden.json"
    file.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
