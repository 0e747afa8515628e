"""Pack documents into sequences of one length, for a model that takes text and pictures.

    python examples/pack_sequences.py CORPUS --length 2048 --batch 4

CORPUS is the folder of a release, or better of `interleaf export --to parquet`. Texts become bytes
here, so that nothing has to be downloaded; put your tokenizer in the place of `text_tokens`.
"""

import argparse
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch  # before interleaf.open, which then gives an IterableDataset
from PIL import Image

import interleaf
from webdoc.release.published import PublishedDocument, PublishedPart

IMAGE, END, PAD = 256, 257, 258  # behind the 256 bytes
IMAGE_PLACES = 16  # that one picture takes in a sequence: as many as your vision model has outputs
IMAGE_PX = 64  # width and height that pictures are scaled to


@dataclass
class Sequence:
    """Tokens of some documents, whole or in part, and the pictures among them."""

    tokens: list[int] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)  # of each token, so attention can stay in it
    pictures: list[torch.Tensor] = field(default_factory=list)  # (3, IMAGE_PX, IMAGE_PX) each


@dataclass
class Batch:
    """What a training step takes."""

    tokens: torch.Tensor  # (batch, length) int64; IMAGE at the places of pictures, PAD at the end
    documents: torch.Tensor  # (batch, length) int64, from 0 in each sequence; -1 at the end
    pictures: torch.Tensor  # (pictures, 3, IMAGE_PX, IMAGE_PX) float32 in [0, 1], in order

    @property
    def targets(self) -> torch.Tensor:
        """(batch, length) bool: tokens to learn, which are neither pictures nor filling."""
        return self.tokens.lt(IMAGE) | self.tokens.eq(END)


def text_tokens(text: str) -> list[int]:
    """Return the tokens of a text: its bytes in UTF-8."""
    return list(text.encode("utf-8", "replace"))


def picture_tensor(body: bytes) -> torch.Tensor | None:
    """Return (3, IMAGE_PX, IMAGE_PX) float32 in [0, 1]; None where the bytes are no picture."""
    try:
        picture = Image.open(io.BytesIO(body)).convert("RGB").resize((IMAGE_PX, IMAGE_PX))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255


def pieces(part: PublishedPart) -> tuple[list[int], torch.Tensor | None]:
    """Return the tokens of a part, and its picture."""
    if part.text is not None:
        return text_tokens(f"{part.text}\n"), None
    picture = picture_tensor(part.body) if part.body else None
    return ([] if picture is None else [IMAGE] * IMAGE_PLACES), picture


def packed(documents: Iterable[PublishedDocument], length: int) -> Iterator[Sequence]:
    """Fill sequences with one document after the other; a picture is never cut.

    Args:
        documents: of `interleaf.open`.
        length: of a sequence in tokens, at least IMAGE_PLACES.
    """
    now, number = Sequence(), 0
    for document in documents:
        for part in (*document.parts, None):
            tokens, picture = ([END], None) if part is None else pieces(part)
            if picture is not None and len(now.tokens) + len(tokens) > length:
                yield now
                now, number = Sequence(), 0
            if picture is not None:
                now.pictures.append(picture)
            while tokens:
                room = length - len(now.tokens)
                now.tokens += tokens[:room]
                now.documents += [number] * len(tokens[:room])
                tokens = tokens[room:]
                if len(now.tokens) == length:
                    yield now
                    now, number = Sequence(), 0
        number += 1 if now.tokens else 0
    if now.tokens:
        yield now


def batched(sequences: Iterable[Sequence], size: int, length: int) -> Iterator[Batch]:
    """Put sequences into batches, filled up at the end of each sequence."""
    waiting: list[Sequence] = []
    for sequence in sequences:
        waiting.append(sequence)
        if len(waiting) == size:
            yield _batch(waiting, length)
            waiting = []
    if waiting:
        yield _batch(waiting, length)


def _batch(sequences: list[Sequence], length: int) -> Batch:
    def filled(rows: list[list[int]], value: int) -> torch.Tensor:
        return torch.tensor([row + [value] * (length - len(row)) for row in rows])

    pictures = [picture for one in sequences for picture in one.pictures]
    empty = torch.zeros(0, 3, IMAGE_PX, IMAGE_PX)
    return Batch(
        tokens=filled([one.tokens for one in sequences], PAD),
        documents=filled([one.documents for one in sequences], -1),
        pictures=torch.stack(pictures) if pictures else empty,
    )


def main() -> None:
    """Print what the first batches hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpus")
    parser.add_argument("--length", type=int, default=2048)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--batches", type=int, default=3)
    given = parser.parse_args()
    documents = interleaf.open(given.corpus, shuffle=True, seed=0)
    batches = batched(packed(documents, given.length), given.batch, given.length)
    for _, batch in zip(range(given.batches), batches, strict=False):
        share = batch.targets.float().mean().item()
        print(
            f"tokens {tuple(batch.tokens.shape)}, pictures {tuple(batch.pictures.shape)},"
            f" {share:.0%} of the places are text to learn"
        )


if __name__ == "__main__":
    main()
