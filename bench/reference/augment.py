"""Writes what fastai's batch transforms compute for given draws, for the tests in vision/augment to compare with.

    pip install torch fastai numpy
    python bench/reference/augment.py
"""

import json
import pathlib

import numpy as np
import torch
from fastai.vision import augment as fa
from fastai.vision.core import TensorImage

import formulas

SIDE, SIZE = 33, 17

# dihedral, degrees, zoom factor, zoom centre x and y, warp x and y; the crop's left, top and side.
NEUTRAL = dict(dihedral=0, degrees=0, factor=1, zoomX=0.5, zoomY=0.5, warpX=0, warpY=0, left=0, top=0, crop=SIDE)
CASES = [
    NEUTRAL,
    NEUTRAL | dict(degrees=10),
    NEUTRAL | dict(factor=1.1, zoomX=0.2, zoomY=0.9),
    NEUTRAL | dict(warpX=0.2, warpY=-0.1),
    NEUTRAL | dict(warpX=0.4, warpY=-0.1),
    NEUTRAL | dict(left=3, top=5, crop=27),
    NEUTRAL | dict(dihedral=1, degrees=-7, factor=1.06, zoomX=0.8, zoomY=0.1, warpX=-0.15, warpY=0.18, left=1, top=4, crop=28),
    NEUTRAL | dict(dihedral=5, degrees=33, factor=0.8, zoomX=0.3, zoomY=0.6, warpX=0.1, warpY=0.2),
] + [NEUTRAL | dict(dihedral=index, degrees=4) for index in range(2, 8)]


def smooth(side):
    """Waves of at most 8 of 255 a pixel along each axis. [1, 3, side, side]"""
    c, y, x = np.meshgrid(np.arange(3), np.arange(side), np.arange(side), indexing="ij")
    waves = 127.5 + 40 * np.sin(0.15 * x + c) + 40 * np.cos(0.2 * y + 0.1 * x + 2 * c)
    return torch.from_numpy(waves[None].astype(np.float32))


def transform_of(case):
    return fa.setup_aug_tfms([
        fa.Dihedral(p=1.0, draw=[case["dihedral"]]),
        fa.Warp(p=1.0, draw_x=[case["warpX"]], draw_y=[case["warpY"]]),
        fa.Rotate(p=1.0, draw=[case["degrees"]]),
        fa.Zoom(p=1.0, draw=[case["factor"]], draw_x=[case["zoomX"]], draw_y=[case["zoomY"]]),
    ])[0]


def grid_of(case, points):
    """Where fastai's maps take a grid of points by points, after the crop that its second step would be."""
    x = TensorImage(smooth(SIDE))
    transform = transform_of(case)
    transform.before_call(x, 0)
    last = SIDE - 1
    low_x, low_y = 2 * case["left"] / last - 1, 2 * case["top"] / last - 1
    half = (case["crop"] - 1) / last
    crop = torch.tensor([[half, 0, low_x + half], [0, half, low_y + half], [0, 0, 1]])
    grid = fa.affine_grid(transform.mat @ crop, (1, 3, points, points), align_corners=True)
    for warp in transform.coord_fs:
        grid = warp(grid)
    return x, grid


def geometry(case):
    x, grid = grid_of(case, SIZE)
    sampled = torch.nn.functional.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=True)
    _, few = grid_of(case, 4)
    return {"draw": case, "coordinates": formulas.rounded(few), "green": formulas.rounded(sampled[0, 1], 5)}


def crop_step():
    """fastai's own crop on the batch, with nothing else."""
    crop = fa.RandomResizedCropGPU(SIZE, min_scale=0.75, ratio=(1, 1))
    crop.tl, crop.cp_size = (5, 3), (27, 27)
    return formulas.rounded(crop._encode(TensorImage(smooth(SIDE)), "bilinear")[0, 1], 5)


def two_steps(case):
    """Everything but the crop at the item's size, then the crop: fastai's `aug_transforms` with a `min_scale`."""
    moved = transform_of(case)(TensorImage(smooth(SIDE)), split_idx=0)
    crop = fa.RandomResizedCropGPU(SIZE, min_scale=0.75, ratio=(1, 1))
    crop.tl, crop.cp_size = (case["top"], case["left"]), (case["crop"], case["crop"])
    return {"draw": case, "green": formulas.rounded(crop._encode(moved, "bilinear")[0, 1], 5)}


def shrunk():
    """A source of over twice the output's size, which is averaged first."""
    step = fa.setup_aug_tfms([fa.Rotate(p=1.0, draw=[8.0], size=12)])[0]
    return formulas.rounded(step(TensorImage(smooth(SIDE)), split_idx=0)[0, 1], 5)


def colours():
    x = TensorImage((formulas.images(4, 2) + 1) / 2)
    x[0, :, 0, 0] = torch.tensor([0.0, 1.0, 1.0])
    x[0, :, 0, 1] = 0.5
    lighting = fa.setup_aug_tfms([
        fa.Brightness(p=1.0, draw=[0.6, 0.42, 0.5, 0.55]),
        fa.Contrast(p=1.0, draw=[1.25, 1.0, 0.8, 0.9]),
    ])[0]
    saturated = fa.setup_aug_tfms([fa.Brightness(p=1.0, draw=[0.6, 0.42, 0.5, 0.55]), fa.Saturation(p=1.0, draw=[1.25, 1.0, 0.8, 0.9])])[0]
    hue = fa.Hue(p=1.0, draw=[0.95, 1.1, 0.0, 1.02])
    out = {"inputs": x}
    for name, step in (("lighting", lighting), ("saturation", saturated), ("hue", hue)):
        out[name] = step(x.clone(), split_idx=0)
    return {name: formulas.rounded(value.permute(0, 2, 3, 1)) for name, value in out.items()}


def main():
    folder = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src/vision/augment"
    golden = {
        "side": SIDE,
        "size": SIZE,
        "geometry": [geometry(case) for case in CASES],
        "cropStep": {"left": 3, "top": 5, "crop": 27, "green": crop_step()},
        "twoSteps": [two_steps(CASES[index]) for index in (5, 6, 7)],
        "shrunk": {"size": 12, "degrees": 8, "green": shrunk()},
        "colours": colours(),
    }
    (folder / "augment.golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
