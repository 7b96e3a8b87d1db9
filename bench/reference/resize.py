"""Writes what fastai's Resize and RandomResizedCrop make of an image, for resize-item.test.ts to compare with.

    pip install torch fastai numpy pillow
    python bench/reference/resize.py
"""

import json
import pathlib

import numpy as np
from fastai.vision import augment as fa
from fastai.vision.core import PILImage

WIDTH, HEIGHT, SIDE = 60, 40, 16


def image(width, height):
    c, y, x = np.meshgrid(np.arange(3), np.arange(height), np.arange(width), indexing="ij")
    waves = 127.5 + 50 * np.sin(0.2 * x + c) + 50 * np.cos(0.25 * y + 0.1 * x + 2 * c)
    return PILImage.create(np.round(waves).astype(np.uint8).transpose(1, 2, 0))


def green(square):
    return np.asarray(square)[..., 1].flatten().tolist()


def resized(width, height, method, x=0.5, y=0.5, padMode="reflection"):
    step = fa.Resize(SIDE, method=method, pad_mode=padMode)
    step.pcts = (x, y)
    square = step.encodes(image(width, height))
    return {"width": width, "height": height, "method": method, "padMode": padMode, "x": x, "y": y, "green": green(square)}


def main():
    crop = fa.RandomResizedCrop(SIDE)
    crop.orig_sz, crop.tl, crop.cp_size, crop.final_size = (WIDTH, HEIGHT), (11, 3), (40, 32), (SIDE, SIDE)
    train = green(crop.encodes(image(WIDTH, HEIGHT)))
    crop.before_call(image(WIDTH, HEIGHT), 1)
    valid = green(crop.encodes(image(WIDTH, HEIGHT)))
    golden = {
        "side": SIDE,
        "width": WIDTH,
        "height": HEIGHT,
        "resize": [
            resized(WIDTH, HEIGHT, "crop"),
            resized(WIDTH, HEIGHT, "crop", x=0.2),
            resized(HEIGHT, WIDTH, "crop", y=0.9),
            resized(WIDTH, HEIGHT, "squish"),
            resized(WIDTH, HEIGHT, "pad"),
            resized(WIDTH, HEIGHT, "pad", padMode="border", y=0.25),
            resized(HEIGHT, WIDTH, "pad", padMode="zeros", x=1.0),
        ],
        "crop": {"box": {"left": 11, "top": 3, "width": 40, "height": 32}, "green": train},
        "valid": valid,
    }
    folder = pathlib.Path(__file__).resolve().parents[2] / "packages/training/src/vision"
    (folder / "resize-item.golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
