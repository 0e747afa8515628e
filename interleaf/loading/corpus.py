"""`interleaf.open`: a corpus as an iterable of documents, for a training loop."""

import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final, Literal

from interleaf.loading.rows import CorpusFolder, NoCorpusError, RowGroup
from webdoc.release.published import PublishedDocument, without_missing

Missing = Literal["keep", "error", "skip_image", "skip_document"]
_MISSING: Final = ("keep", "error", "skip_image", "skip_document")


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a corpus that one process reads: process `number` of `count`."""

    number: int
    count: int


def open_corpus(  # noqa: PLR0913 - how a corpus is read
    folder: str | os.PathLike[str],
    *,
    shuffle: bool = False,
    seed: int = 0,
    epoch: int = 0,
    missing: Missing = "skip_image",
    even: bool = False,
    rank: int | None = None,
    world_size: int | None = None,
    cache: str | os.PathLike[str] | None = None,
) -> "Corpus":
    """Open a corpus: iterating gives its documents, each with the bytes of its pictures.

    With torch imported it is an IterableDataset: `DataLoader(corpus, batch_size=None,
    num_workers=4)`. Every document goes to one rank and one worker. Import torch first; nothing
    here imports it.

    Args:
        folder: of a release of either path, or of an export to parquet; a path or an address that
            fsspec knows. Of a release an index of its pictures is made at the first opening (20
            bytes a picture, on disk). A large one is read much faster as an export to parquet: in a
            release a picture costs the reading of the row group around it.
        shuffle: documents in another order in each epoch, the same for one seed everywhere. Row
            groups change places, and documents within them; which share a row group was decided
            by the hash of their ids.
        seed: of the order.
        epoch: of the order; `set_epoch` changes it.
        missing: what becomes of pictures whose bytes are not there. `keep` gives them without.
        even: every process gives the same number of documents, and the few that are left over are
            left out; else these go to the first processes, one each.
        rank: of this process; None: as torch.distributed says, else the variable RANK, else 0.
        world_size: how many processes; likewise WORLD_SIZE, else 1.
        cache: folder of the index; None: $INTERLEAF_CACHE or a folder of the user's cache.

    Returns:
        An iterable of `webdoc.release.published.PublishedDocument`: `doc_id`, `url`, `facts` and
        `parts` in reading order. A part has `text`, or `body` (bytes as captured), `url` and
        `facts` of a picture.

    Raises:
        NoCorpusError: the folder holds no corpus, or no pictures where they are wanted.
        ValueError: an argument that cannot be.

    >>> for document in open_corpus("corpus"):              # doctest: +SKIP
    ...     for part in document.parts:
    ...         print(part.text if part.body is None else len(part.body))
    """
    if missing not in _MISSING:
        raise ValueError(f"missing must be one of {', '.join(_MISSING)}, got {missing!r}")
    files = CorpusFolder(os.fspath(folder), Path(cache) if cache else None)
    if missing != "keep" and not files.has_pictures:
        raise NoCorpusError(
            f"{os.fspath(folder)} holds no pictures, only their URLs. Open it with missing='keep',"
            " or build it with images.source = warc, fetch or warc+fetch."
        )
    files.prepare()
    share = _process(rank, world_size)
    return _corpus_class()(files, shuffle, seed, epoch, missing, even, share)


class Corpus:
    """What `interleaf.open` returns. Iterating begins anew each time, or where a state says."""

    def __init__(  # noqa: PLR0913, PLR0917 - as open_corpus
        self,
        files: CorpusFolder,
        shuffle: bool,
        seed: int,
        epoch: int,
        missing: Missing,
        even: bool,
        process: Share,
    ) -> None:
        self._files, self._shuffle, self._seed, self._epoch = files, shuffle, seed, epoch
        self._missing, self._even, self._process = missing, even, process
        self._position = 0  # documents of this share that were read, for `state_dict`
        self._start = 0  # where the next iteration begins

    def __len__(self) -> int:
        """Documents that this process gives, were none left out for a missing picture."""
        first, last = self._range(self._process)
        return last - first

    def __getitem__(self, index: object) -> PublishedDocument:
        raise TypeError("a corpus is read in its order. Import torch before interleaf.open.")

    def set_epoch(self, epoch: int) -> None:
        """Take the order of another epoch, from its beginning."""
        self._epoch, self._start, self._position = epoch, 0, 0

    def state_dict(self) -> dict[str, int]:
        """Return where this process is: call it between two documents, in the process that reads.

        With workers take torchdata's StatefulDataLoader, which asks every worker for its state.
        """
        share = self._share()
        state = {"epoch": self._epoch, "seed": self._seed, "shuffle": int(self._shuffle)}
        return {**state, "position": self._position, "share": share.number, "shares": share.count}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on where a state says: the next iteration begins with the next document.

        Raises:
            ValueError: it is the state of another order, or of another share of it.
        """
        share = self._share()
        own = (self._seed, int(self._shuffle), share.number, share.count)
        given = tuple(state[name] for name in ("seed", "shuffle", "share", "shares"))
        if own != given:
            raise ValueError(
                f"the state is of (seed, shuffle, share, shares) {given}, this corpus is {own}."
                " Open it as it was, with as many processes and workers."
            )
        self._epoch = state["epoch"]
        self._start = self._position = state["position"]

    def __iter__(self) -> Iterator[PublishedDocument]:
        start, self._start = self._start, 0
        self._position = start
        first, last = self._range(self._share())
        for document in self._documents(first + start, last):
            self._position += 1
            kept = document
            if self._missing != "keep":
                without = without_missing(document, self._missing)
                if without is None:
                    continue
                kept = without
            yield kept

    def _documents(self, first: int, last: int) -> Iterator[PublishedDocument]:
        """Yield the documents from one place in the order of this epoch to another."""
        groups = self._ordered_groups()
        end = 0
        for group in groups:
            start, end = end, end + group.rows
            if end <= first or start >= last:
                continue
            rows = self._ordered_rows(group)[max(0, first - start) : last - start]
            yield from self._files.documents(group, rows)

    def _ordered_groups(self) -> list[RowGroup]:
        groups = list(self._files.groups)
        if self._shuffle:
            random.Random(f"{self._seed}/{self._epoch}").shuffle(groups)
        return groups

    def _ordered_rows(self, group: RowGroup) -> list[int]:
        rows = list(range(group.rows))
        if self._shuffle:
            name = group.file.rpartition("/")[2]
            random.Random(f"{self._seed}/{self._epoch}/{name}/{group.number}").shuffle(rows)
        return rows

    def _share(self) -> Share:
        """Return the share of this process, or of this worker of it."""
        info = _worker()
        if info is None:
            return self._process
        number, count = info
        return Share(self._process.number * count + number, self._process.count * count)

    def _range(self, share: Share) -> tuple[int, int]:
        """Return the first document of a share in the order of the epoch, and behind its last."""
        total = sum(group.rows for group in self._files.groups)
        each, rest = divmod(total, share.count)
        if self._even:
            rest = 0
        ends = list(accumulate(each + (number < rest) for number in range(share.number + 1)))
        return ends[-1] - each - (share.number < rest), ends[-1]


def _process(rank: int | None, world_size: int | None) -> Share:
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        number, count = distributed.get_rank(), distributed.get_world_size()
    else:
        number, count = (int(os.environ.get(name, d)) for name, d in _VARIABLES)
    number = number if rank is None else rank
    count = count if world_size is None else world_size
    if not 0 <= number < count:
        raise ValueError(f"rank {number} of {count} processes cannot be; ranks begin at 0")
    return Share(number, count)


_VARIABLES: Final = (("RANK", "0"), ("WORLD_SIZE", "1"))


def _worker() -> tuple[int, int] | None:
    """Return number and count of the workers of a DataLoader, where this process is one."""
    data = sys.modules.get("torch.utils.data")
    info = data.get_worker_info() if data is not None else None
    return None if info is None else (info.id, info.num_workers)


def _corpus_class() -> type[Corpus]:
    """Return a class that torch's DataLoader takes for an IterableDataset, if torch is there."""
    return _torch_corpus() if "torch" in sys.modules else Corpus


def _torch_corpus() -> type[Corpus]:
    from interleaf.loading.torch_corpus import TorchCorpus  # noqa: PLC0415 - torch is an extra

    return TorchCorpus
