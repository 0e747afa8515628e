"""Placement: documents a second and core, and what of it the solver takes.

    python -m benchmarks.placement                      20,000 documents of 6 images, 24 sentences
    python -m benchmarks.placement --documents 100000

From unit vectors (float16, 768 dimensions, as ViT-L/14 makes them) to placements; from stored
similarities, as in placing anew; and the whole step on records, with rules and words of sentences,
by similarity alone as MMC4 has it, and by all evidence: three texts and an anchor of each image.
CPU time, the best of several rounds; one thread: set OMP_NUM_THREADS=1. Prints one JSON object.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from mmc4_like.place_document import PlacingRules, place_document
from mmc4_like.records import CandidateImage, TextDocument, TextVector
from mmc4_like.rules.evidence import Standard, similarity_matrix
from mmc4_like.rules.placement import PlacementSettings, place
from mmc4_like.standards import ForeignSentences
from mmc4_like.tables import CandidateDocument, ComparableDocument
from mmc4_like.texts.sentences import SentenceSettings, split_sentences
from webdoc.clip.vectors import to_bytes

DIMENSIONS = 768
DISTINCT = 500  # documents, repeated: more would only fill the memory


def unit_vectors(dice: np.random.Generator, count: int) -> NDArray[np.float16]:
    """Return (count, DIMENSIONS) unit vectors that lean the same way, as CLIP's do."""
    vectors = dice.normal(size=(count, DIMENSIONS)) + 0.5
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def comparable(images: NDArray[np.float16], sentences: NDArray[np.float16]) -> ComparableDocument:
    """Return a document of these vectors, its sentences of 16 words."""
    text = "The quick brown fox jumps over the lazy dog, and then it goes to sleep again."
    text = "\n".join([text] * len(sentences))
    candidate = CandidateDocument(
        TextDocument("d", "https://e.org/", text),
        split_sentences(text, "en", SentenceSettings()),
        tuple(
            CandidateImage(
                f"https://e.org/{n}", "page", n, anchor_index=3 * n, anchor_certainty=0.9
            )
            for n in range(len(images))
        ),
    )
    return ComparableDocument(
        candidate, tuple(map(to_bytes, images)), tuple(map(to_bytes, sentences))
    )


def with_texts(document: ComparableDocument, vectors: NDArray[np.float16]) -> ComparableDocument:
    """Return a document whose images have a caption, an alternative text and words around."""
    kinds = ("alt_text", "around", "caption")
    texts = tuple(
        TextVector(number // 3, kinds[number % 3], to_bytes(vector))
        for number, vector in enumerate(vectors)
    )
    keys = tuple(f"{n:032x}" for n in range(len(document.sentence_vectors)))
    return replace(document, text_vectors=texts, sentence_keys=keys)


def per_second(step: Callable[[int], object], count: int, rounds: int) -> float:
    """Return how often a step runs in a second of CPU time, at best."""
    best = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        for number in range(count):
            step(number % DISTINCT)
        best = min(best, time.process_time() - begin)
    return round(count / best)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--images", type=int, default=6)
    parser.add_argument("--sentences", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    dice = np.random.default_rng(0)
    images = [unit_vectors(dice, asked.images) for _ in range(DISTINCT)]
    sentences = [unit_vectors(dice, asked.sentences) for _ in range(DISTINCT)]
    stored = [similarity_matrix(a, b) for a, b in zip(images, sentences, strict=True)]
    result: dict[str, float] = {"documents": asked.documents}
    for method in ("assignment", "mmc4", "best"):
        settings = PlacementSettings(method=method)  # type: ignore[arg-type]

        def from_vectors(n: int, settings: PlacementSettings = settings) -> object:
            return place(similarity_matrix(images[n], sentences[n]), settings)

        def again(n: int, settings: PlacementSettings = settings) -> object:
            return place(stored[n], settings)

        result[f"{method} from vectors"] = per_second(from_vectors, asked.documents, asked.rounds)
        result[f"{method} again"] = per_second(again, asked.documents, asked.rounds)
    documents = [comparable(a, b) for a, b in zip(images, sentences, strict=True)]
    alone = PlacementSettings(
        caption_weight=0, alt_text_weight=0, around_weight=0, anchor_weight=0, order_weight=0,
        min_contrast=None, min_words=3,
    )  # fmt: skip
    rules = PlacingRules(alone)
    result["whole step on records"] = per_second(
        lambda n: place_document(documents[n], rules), asked.documents, asked.rounds
    )
    told = [with_texts(one, unit_vectors(dice, 3 * asked.images)) for one in documents]
    every = PlacingRules(
        PlacementSettings(min_words=3),
        standards=tuple(Standard(p, 0.5, 0.1) for p in ("image", "caption", "alt_text", "around")),
        foreign=ForeignSentences(
            tuple(f"foreign {n}" for n in range(64)),
            unit_vectors(dice, 64).astype(np.float32),
        ),
    )
    result["whole step by all evidence"] = per_second(
        lambda n: place_document(told[n], every), asked.documents, asked.rounds
    )
    result["bare linear_sum_assignment"] = per_second(
        lambda n: linear_sum_assignment(stored[n], maximize=True), asked.documents, asked.rounds
    )
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
