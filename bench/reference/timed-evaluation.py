"""Images a second through a network in evaluation mode in PyTorch, for the rows `evaluate-*` of `npm run bench`.

    python bench/reference/timed-evaluation.py INPUTS ARCHITECTURE default|channels-last BATCHES
"""

import sys
import time

import torch
from peer import BATCH_SIZE, SyntheticStep, inputs, serve

inputs()
architecture, layout, batches = sys.argv[2:5]
synthetic = SyntheticStep(architecture, layout)
synthetic.model.eval()


def rate():
    started = time.perf_counter()
    with torch.no_grad():
        for _ in range(int(batches)):
            synthetic.model(synthetic.batch).softmax(1)
    return int(batches) * BATCH_SIZE / (time.perf_counter() - started)


rate()
serve(rate)
