"""Inputs and weights that TypeScript tests can draw again from the same formulas."""

import math

import numpy as np
import torch


def images(batch, side):
    """Something like noise: on smooth images, gradients drown in rounding. [batch, 3, side, side]"""
    b, c, y, x = np.meshgrid(*(np.arange(n, dtype=np.float64) for n in (batch, 3, side, side)), indexing="ij")
    pixels = np.sin(y * (7.3 + 1.1 * c + 0.7 * b) + x * x * (3.7 + 0.3 * b) + c + b)
    return torch.from_numpy(pixels.astype(np.float32))


def chirp(index, phase):
    return np.sin(0.37 * index * index + phase)


def weights(module, centre=0):
    """Sets every parameter and running statistic of a module from its name; `centre` is around which biases are."""
    for name, tensor in module.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        phase = sum(name.encode()) % 1000
        wave = chirp(np.arange(tensor.numel(), dtype=np.float64), phase)
        if name.endswith("running_var"):
            values = 1 + 0.5 * wave * wave
        elif tensor.ndim == 1 and name.endswith("weight"):
            values = 1 + 0.1 * wave
        elif name.endswith("bias"):
            values = centre + 0.1 * wave
        elif tensor.ndim == 1:
            values = 0.1 * wave
        else:
            values = wave * math.sqrt(4 / (tensor.numel() / tensor.shape[0]))
        tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))


def rounded(tensor, digits=7):
    return [float(f"{value:.{digits}g}") for value in tensor.flatten().tolist()]
