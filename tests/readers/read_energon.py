"""Read an export with Megatron-Energon, as bytes and as tensors: python read_energon.py FOLDER."""

import io
import json
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
import wids
from megatron.energon import (
    Cooker,
    DefaultTaskEncoder,
    WorkerConfig,
    get_loader,
    get_train_dataset,
    stateless,
)
from PIL import Image

folder = Path(sys.argv[1])
sys.path.append(str(folder / ".nv-meta"))
from interleaved import InterleavedTaskEncoder  # noqa: E402 - it lies in the export


@stateless
def as_stored(sample: dict[str, Any]) -> dict[str, Any]:
    return sample


class Stored(DefaultTaskEncoder):
    """Gives members as bytes."""

    decoder = None
    cookers = (Cooker(as_stored),)


def samples(encoder: DefaultTaskEncoder) -> Any:
    """Each sample once, in the order of the shards."""
    documents = get_train_dataset(
        folder, batch_size=None, shuffle_buffer_size=None, max_samples_per_sequence=None,
        worker_config=WorkerConfig(rank=0, world_size=1, num_workers=0), task_encoder=encoder,
        repeat=False,
    )  # fmt: skip
    return get_loader(documents)


print(json.dumps({"read_by": f"megatron-energon {version('megatron-energon')}"}))
sizes: dict[str, list[Any]] = {}
for sample in samples(Stored()):
    page = json.loads(sample["json"])
    parts, shown = [], []
    for text, name in zip(page["texts"], page["images"], strict=True):
        if name is None:
            parts.append(["text", text])
            shown.append(text)
        else:
            body = sample[name]
            parts.append(["image", sha256(body).hexdigest()])
            shown.append(Image.open(io.BytesIO(body)).size)
    sizes[sample["__key__"]] = shown
    print(json.dumps({"id": page["facts"]["doc_id"], "parts": parts}))

# The same once more by the cooker that the export brings: tensors are (3, height, width).
cooked = 0
for sample in samples(InterleavedTaskEncoder()):
    shown = [
        (part.shape[2], part.shape[1]) if isinstance(part, torch.Tensor) else part
        for part in sample.sequence
    ]
    assert shown == sizes[sample.__key__], (sample.__key__, shown, sizes[sample.__key__])
    cooked += 1
print(json.dumps({"counted": cooked}))

# And by WebDataset's wids, which needs torch: samples by number, through shards.json.
index = json.loads((folder / "shards.json").read_text())["shardlist"]
filled = [{**shard, "url": str(folder / shard["url"])} for shard in index if shard["nsamples"]]
listed = wids.ShardListDataset(filled)
found = {sample["__key__"] for sample in (listed[number] for number in range(len(listed)))}
assert found == set(sizes), (found, set(sizes))
