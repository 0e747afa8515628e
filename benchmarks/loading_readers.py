"""Read one form again and again, in turns with a flat file of the same bytes.

python loading_readers.py FORM FOLDER FLAT ROUNDS; run by `benchmarks.loading` in the environment of
the form's library. A reader touches every text and every byte of every picture; none is decoded.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def flat(path: str) -> Iterator[int]:
    """Documents of one file, one behind the other: as fast as reading can be."""
    sizes = json.loads(Path(f"{path}.json").read_text())
    with open(path, "rb") as file:
        for size in sizes:
            yield len(file.read(size))


def opened(folder: str) -> Iterator[int]:
    """A release or an export to parquet by interleaf.open."""
    import interleaf  # noqa: PLC0415 - each form in an environment of its own

    for document in interleaf.open(folder):
        yield sum(len(part.text or part.body or b"") for part in document.parts)


def datasets_parquet(folder: str) -> Iterator[int]:
    """An export to parquet by datasets, streamed."""
    from datasets import Image, List, load_dataset  # noqa: PLC0415

    rows = load_dataset(folder, "parquet", split="train", streaming=True)
    for row in rows.cast_column("images", List(Image(decode=False))):
        yield sum(
            len(text) if image is None else len(image["bytes"])
            for text, image in zip(row["texts"], row["images"], strict=True)
        )


def webdataset(folder: str) -> Iterator[int]:
    """Tars by webdataset."""
    import webdataset as wds  # noqa: PLC0415

    shards = sorted(str(path) for path in Path(folder).glob("data/*.tar"))
    for sample in wds.WebDataset(shards, shardshuffle=False):
        page = json.loads(sample["json"])
        names = (name and name.partition(".")[2] for name in page["images"])
        yield sum(
            len(text) if name is None else len(sample[name])
            for text, name in zip(page["texts"], names, strict=True)
        )


def energon(folder: str) -> Iterator[int]:
    """Tars by Megatron-Energon, members as bytes."""
    from megatron.energon import (  # noqa: PLC0415
        Cooker,
        DefaultTaskEncoder,
        WorkerConfig,
        get_loader,
        get_train_dataset,
        stateless,
    )

    @stateless
    def as_stored(sample: dict[str, Any]) -> dict[str, Any]:
        return sample

    class Stored(DefaultTaskEncoder):  # type: ignore[misc]
        decoder = None
        cookers = (Cooker(as_stored),)

    documents = get_train_dataset(
        folder, batch_size=None, shuffle_buffer_size=None, max_samples_per_sequence=None,
        worker_config=WorkerConfig(rank=0, world_size=1, num_workers=0), task_encoder=Stored(),
        repeat=False,
    )  # fmt: skip
    for sample in get_loader(documents):
        page = json.loads(sample["json"])
        yield sum(
            len(text) if name is None else len(sample[name])
            for text, name in zip(page["texts"], page["images"], strict=True)
        )


def mds(folder: str) -> Iterator[int]:
    """Shards by mosaicml-streaming."""
    from streaming import StreamingDataset  # noqa: PLC0415

    for page in StreamingDataset(local=folder, shuffle=False, batch_size=1):
        images = page["images"]
        total = 0
        for part in page["sequence"]:
            if "text" in part:
                total += len(part["text"])
            else:
                total += len(images[part["offset"] : part["offset"] + part["size_bytes"]])
        yield total


READERS: dict[str, Callable[[str], Iterator[int]]] = {
    "release, interleaf.open": opened,
    "parquet, interleaf.open": opened,
    "parquet, datasets": datasets_parquet,
    "webdataset": webdataset,
    "energon": energon,
    "mds": mds,
}


def timed(make: Callable[[], Iterator[int]]) -> tuple[float, int, int]:
    """Return seconds, documents and characters or bytes that were touched."""
    began = time.perf_counter()
    sizes = list(make())
    return time.perf_counter() - began, len(sizes), sum(sizes)


def main() -> None:
    """Print documents a second of both as one line of JSON, medians over the rounds."""
    form, folder, flat_file, rounds = sys.argv[1:]
    timed(lambda: READERS[form](folder))  # imports, indexes, the cache of the system
    timed(lambda: flat(flat_file))
    own, beside = [], []
    for _ in range(int(rounds)):
        seconds, documents, touched = timed(lambda: READERS[form](folder))
        flat_seconds, flat_documents, _ = timed(lambda: flat(flat_file))
        assert documents == flat_documents, (documents, flat_documents)
        own.append(documents / seconds)
        beside.append(seconds / flat_seconds)
    result = {"documents_a_second": statistics.median(own), "touched": touched}
    print(json.dumps({**result, "times_flat": statistics.median(beside)}))


if __name__ == "__main__":
    main()
