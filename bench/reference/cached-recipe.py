"""Seconds of a head trained on features that are computed once, in plain PyTorch, for the row `cached-recipe` of `npm run bench`.

    python bench/reference/cached-recipe.py INPUTS LOOKS EPOCHS

As ours: the body in evaluation mode, LOOKS augmented looks of each train image and one plain look of each
valid image, fastai's head on them, one-cycle. Channels last, which is the faster layout for these bodies.
"""

import sys
import time

import torch
from peer import faster_workers, inputs, peer_learner, serve, workers_note

RATE = 3e-3
TRIAL_IMAGES = 64

given = inputs()
looks, epochs = map(int, sys.argv[2:4])
manifest = given["photos"]["manifestFile"]


@torch.no_grad()
def features_of(body, pool, loader, images=None):
    """What the head sees of a loader's images, after pooling, with their labels."""
    features, labels, seen = [], [], 0
    for batch in loader:
        # fastai's own kinds of tensors know no plain loss.
        inputs, targets = (tensor.as_subclass(torch.Tensor) for tensor in batch)
        features.append(pool(body(inputs.to(memory_format=torch.channels_last))))
        labels.append(targets)
        seen += len(targets)
        if images is not None and seen >= images:
            break
    return torch.cat(features), torch.cat(labels)


def prepare(num_workers):
    learner = peer_learner(manifest, given["weightsFile"], num_workers=num_workers)
    body, head = learner.model
    body = body.eval().to(memory_format=torch.channels_last)
    return learner.dls, body, head[:2], head[2:]


def trial(num_workers):
    started = time.perf_counter()
    loaders, body, pool, _ = prepare(num_workers)
    features_of(body, pool, loaders.train, TRIAL_IMAGES)
    return time.perf_counter() - started


def train_head(head, views, labels):
    steps = len(labels) // 32
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.01, eps=1e-5)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=epochs * steps, pct_start=0.25, div_factor=25, final_div_factor=4e3
    )
    loss = torch.nn.CrossEntropyLoss()
    for epoch in range(epochs):
        head.train()
        order = torch.randperm(len(labels))[: steps * 32].view(steps, 32)
        for batch in order:
            loss(head(views[epoch % looks][batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        yield head.eval()


def measure():
    started = time.perf_counter()
    loaders, body, pool, head = prepare(workers)
    train = loaders.train.new(shuffle=False, drop_last=False)
    passes = [features_of(body, pool, train) for _ in range(min(looks, epochs))]
    views, labels = [features for features, _ in passes], passes[0][1]
    valid_features, valid_labels = features_of(body, pool, loaders.valid)
    for trained in train_head(head, views, labels):
        with torch.no_grad():
            errors = (trained(valid_features).argmax(1) != valid_labels).float().mean().item()
    return {"value": time.perf_counter() - started, "parts": {"error rate": errors}}


trial(0)  # the first steps of a process are slow
workers = faster_workers(trial)
serve(measure, workers_note(workers))
