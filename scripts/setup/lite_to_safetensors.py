"""Rewrites a checkpoint of EfficientNet-Lite as safetensors with timm's parameter names.

    lite_to_safetensors.py CHECKPOINT.pth TARGET.safetensors [BLOCKS]

BLOCKS are those of each stage, 1,2,2,3,3,4,1 for Lite0, which is the default.

The checkpoint is a pickle of PyTorch's first format: pickled objects, then the bytes of every
storage. This reader builds nothing but ordered dictionaries and tensor descriptions, so it needs no
PyTorch and runs no code from the file. The tensors stand in the order of timm's
tf_efficientnet_lite0 to lite2 and have their shapes (checked against timm 1.0.31: all 296, 386, 386).
"""

import array
import collections
import json
import pickle
import struct
import sys

ELEMENT_BYTES = {"FloatStorage": 4, "LongStorage": 8}

LITE0 = "1,2,2,3,3,4,1"
NORM = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]


def timm_names(stages):
    yield "conv_stem.weight"
    yield from (f"bn1.{part}" for part in NORM)
    for stage, blocks in enumerate(stages):
        # The first stage does not widen.
        convolutions = ["conv_dw", "conv_pw"] if stage == 0 else ["conv_pw", "conv_dw", "conv_pwl"]
        for block in range(blocks):
            for number, convolution in enumerate(convolutions, start=1):
                prefix = f"blocks.{stage}.{block}"
                yield f"{prefix}.{convolution}.weight"
                yield from (f"{prefix}.bn{number}.{part}" for part in NORM)
    yield "conv_head.weight"
    yield from (f"bn2.{part}" for part in NORM)
    yield from ("classifier.weight", "classifier.bias")


Tensor = collections.namedtuple("Tensor", "storage offset shape stride")


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, stride, *rest: Tensor(storage, offset, shape, stride)
        if module == "torch" and name in ELEMENT_BYTES:
            return name
        raise pickle.UnpicklingError(f"Expected a plain checkpoint, found {module}.{name} in it")

    def persistent_load(self, identity):
        kind, storage_type, key, _location, count = identity[:5]
        assert kind == "storage"
        return (storage_type, key, count)


def read_checkpoint(path):
    with open(path, "rb") as file:
        for _header in range(3):
            Reader(file).load()
        tensors = Reader(file).load()
        keys = Reader(file).load()
        sizes = {tensor.storage[1]: ELEMENT_BYTES[tensor.storage[0]] for tensor in tensors.values()}
        storages = {}
        for key in keys:
            (count,) = struct.unpack("<q", file.read(8))
            storages[key] = file.read(count * sizes[key])
    return list(tensors.values()), storages


def row_major(tensor, storage):
    """The tensor's numbers with the last axis moving fastest, whatever order the file has."""
    values = array.array("f", storage)
    positions = [tensor.offset]
    for size, stride in zip(tensor.shape, tensor.stride):
        positions = [start + step * stride for start in positions for step in range(size)]
    return array.array("f", (values[position] for position in positions)).tobytes()


def main(checkpoint, target, blocks=LITE0):
    tensors, storages = read_checkpoint(checkpoint)
    names = list(timm_names([int(count) for count in blocks.split(",")]))
    if len(names) != len(tensors):
        sys.exit(f"Expected {len(names)} tensors, received {len(tensors)}")
    header, chunks, position = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in zip(names, tensors):
        storage_type, key, _count = tensor.storage
        if storage_type != "FloatStorage":
            continue  # the counters of batches, which nothing needs
        data = row_major(tensor, storages[key])
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [position, position + len(data)],
        }
        chunks.append(data)
        position += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(struct.pack("<Q", len(text)))
        file.write(text)
        file.writelines(chunks)


if __name__ == "__main__":
    main(*sys.argv[1:])
