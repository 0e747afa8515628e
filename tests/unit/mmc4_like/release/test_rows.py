"""From vectors to rows of a release, and what must hold whatever the documents are."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc4_like.place_document import (
    PlacingRules,
    image_positions,
    place_again,
    place_document,
    stored_similarity,
)
from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.release.rows import interleaved_row, mmc4_row
from mmc4_like.rules.document_rules import DocumentRules
from mmc4_like.rules.image_rules import ImageRules, mark_repeated
from mmc4_like.rules.placement import PlacementSettings
from mmc4_like.settings import load_settings
from mmc4_like.tables import (
    CandidateDocument,
    ComparableDocument,
    PageCapture,
    PlacedDocument,
)
from mmc4_like.texts.sentences import SentenceSettings, split_sentences
from mmc4_like.texts.texts import TextSettings, read_texts
from mmc4_like.texts.wat import LinkedPage
from tests.unit.shown import changed
from webdoc.arrow import from_batch, schema_of, to_batch
from webdoc.clip.vectors import to_bytes
from webdoc.exporters.mmc4 import Mmc4Row, mmc4_line
from webdoc.picture.facts import Face, PictureFacts
from webdoc.reasons import Reason
from webdoc.storage.inputs import expand_inputs

TEXT = "A fox runs.\nIt sleeps.  The snow falls."
EYE = np.eye(3, dtype=np.float32)
FREE = PlacingRules(PlacementSettings(order_weight=0))


def image(number: int, **changes: Any) -> CandidateImage:
    facts = PictureFacts("ok", f"{number:064x}"[::-1], 9, "jpeg", 300, 200)
    shown = CandidateImage(f"https://e.org/{number}.jpg", "page", order=number, facts=facts)
    return changed(shown, **changes)


def comparable(
    image_vectors: list[Any], images: list[CandidateImage] | None = None, text: str = TEXT
) -> ComparableDocument:
    """Return a document of three sentences, each a unit vector of its own."""
    document = TextDocument("d1", "https://e.org/", text, "2019-04-25T12:57:54Z", "en")
    images = images or [image(i) for i in range(len(image_vectors))]
    return ComparableDocument(
        CandidateDocument(
            document,
            split_sentences(text, "en", SentenceSettings()),
            tuple(images),
            PageCapture("2019-04-24T00:00:00Z", "a.warc.gz", 7, 9, captures_of_url=2),
        ),
        tuple(to_bytes(np.array(v)) if v is not None else b"" for v in image_vectors),
        tuple(to_bytes(row) for row in EYE),
    )


PAGE = comparable([[0.0, 0.6, 0.8], [0.8, 0.0, 0.6]])


def test_rows_as_mmc4_writes_them() -> None:
    row = json.loads(mmc4_line(mmc4_row(place_document(PAGE, FREE))))

    assert row["url"] == "https://e.org/"
    assert row["text_list"] == ["A fox runs.", "It sleeps.", "The snow falls."]
    assert [info["matched_text_index"] for info in row["image_info"]] == [2, 0]
    assert [info["matched_sim"] for info in row["image_info"]] == [pytest.approx(0.8, abs=1e-3)] * 2
    assert row["image_info"][1]["image_name"] == f"{PAGE.candidate.images[1].facts.sha256}.jpg"
    assert row["image_info"][1]["raw_url"] == "https://e.org/1.jpg"
    assert row["image_info"][1]["face_detections"] is None
    assert np.allclose(row["similarity_matrix"], [[0, 0.6, 0.8], [0.8, 0, 0.6]], atol=1e-3)
    assert row["could_have_url_duplicate"] == 1


@pytest.mark.parametrize(
    ("faces", "count", "detections"),
    [
        (None, None, None),
        ((), 0, None),
        (
            (Face(0.25, 0.125, 0.5, 0.375, 0.99),),
            1,
            [{"left": 0.25, "top": 0.125, "right": 0.5, "bottom": 0.375, "score": 0.99}],
        ),
    ],
)
def test_faces_stand_where_mmc4_has_them(faces: Any, count: Any, detections: Any) -> None:
    """Null where none was found, as in MMC4; ours says whether anybody looked."""
    page = comparable(
        [[1.0, 0.0, 0.0]], [replace(image(0), facts=replace(image(0).facts, faces=faces))]
    )
    row = mmc4_row(place_document(page, FREE))

    for table in (json.loads(mmc4_line(row)), to_batch([row], Mmc4Row).to_pylist()[0]):
        (info,) = table["image_info"]
        assert info["face_detections"] == detections
        assert info["faces"] == count


def test_rows_have_all_columns_of_the_published_ones(shared_data: Path) -> None:
    published = json.loads((shared_data / "text" / "mmc4-readme-example.json").read_text())
    row = json.loads(mmc4_line(mmc4_row(place_document(PAGE, FREE))))

    assert published.keys() <= row.keys()
    assert published["image_info"][0].keys() <= row["image_info"][0].keys()


def test_unplaced_images_are_not_in_the_rows_but_in_the_table() -> None:
    placed = place_document(PAGE, PlacingRules(PlacementSettings(max_images=1, order_weight=0)))

    row = mmc4_row(placed)

    assert len(row.image_info) == len(row.similarity_matrix) == 1
    assert [p.reject_reason for p in placed.placements] == [None, Reason.UNPLACED_OVER_LIMIT]
    assert len([url for url in interleaved_row(placed).images if url]) == 1


@pytest.mark.parametrize(
    ("side", "texts"),
    [
        ("before", [None, "A fox runs.\nIt sleeps.", None, "The snow falls."]),
        ("after", ["A fox runs.", None, "It sleeps.  The snow falls.", None]),
    ],
)
def test_interleaved_rows_cut_the_text_only_at_images(side: Any, texts: list[str | None]) -> None:
    row = interleaved_row(place_document(PAGE, FREE), side)

    assert list(row.texts) == texts
    first, second = (url for url in row.images if url)
    assert (first, second) == ("https://e.org/1.jpg", "https://e.org/0.jpg")
    metadata = json.loads(row.metadata)
    assert [
        (entry is None) == (text is not None) for entry, text in zip(metadata, texts, strict=True)
    ]
    shown = [entry for entry in metadata if entry]
    assert shown[0]["matched_text_index"] == 0
    assert shown[0]["original_width"] == 300
    assert {"document_url", "unformatted_src", "src", "format"} <= shown[0].keys()
    general = json.loads(row.general_metadata)
    assert (general["warc_filename"], general["warc_record_offset"]) == ("a.warc.gz", 7)


def test_a_document_without_placed_images_is_one_text() -> None:
    row = interleaved_row(place_document(comparable([]), FREE))

    assert (row.texts, row.images) == ((TEXT,), (None,))
    empty = PlacedDocument(CandidateDocument(TextDocument("d", "", " ")))
    assert interleaved_row(empty).texts == ()


def test_several_images_at_one_sentence_keep_their_order() -> None:
    best = PlacingRules(PlacementSettings(method="best", sentence_capacity=None, order_weight=0))
    page = comparable([[1.0, 0, 0], [0, 1.0, 0], [0.9, 0.1, 0]])

    row = interleaved_row(place_document(page, best))

    assert [url and url[-5:] for url in row.images] == ["0.jpg", "2.jpg", None, "1.jpg", None]


def test_placing_again_is_as_placing_the_first_time() -> None:
    strict = PlacingRules(
        PlacementSettings(min_similarity=0.7, max_images=1, order_weight=0),
        DocumentRules(min_images=2),
    )
    first = place_document(PAGE, strict)
    assert first.candidate.document.reject_reason == Reason.DOCUMENT_IMAGES

    again = place_again(first, FREE)

    assert again == place_document(PAGE, FREE)
    assert place_again(again, strict) == first


def test_what_another_step_marked_stays_marked() -> None:
    document = replace(PAGE.candidate.document, reject_reason=Reason.DOCUMENT_REPEATED)
    page = replace(PAGE, candidate=replace(PAGE.candidate, document=document))

    placed = place_document(page, FREE)

    assert placed == PlacedDocument(page.candidate)
    assert place_again(placed, FREE) == placed


def test_images_without_vectors_are_marked_and_marked_ones_not_compared() -> None:
    gone = image(1, reject_reason=Reason.IMAGE_NSFW)
    page = comparable([None, [1.0, 0, 0], [0, 1.0, 0]], [image(0), gone, image(2)])

    placed = place_document(page, FREE)

    reasons = [one.reject_reason for one in placed.candidate.images]
    assert reasons == [Reason.IMAGE_UNREADABLE, Reason.IMAGE_NSFW, None]
    assert [(p.image, p.sentence) for p in placed.placements] == [(2, 1)]
    assert stored_similarity(placed).shape == (1, 3)


def test_sentences_without_vectors_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="each sentence"):
        place_document(replace(PAGE, sentence_vectors=PAGE.sentence_vectors[:2]), FREE)


def test_short_sentences_take_no_image() -> None:
    rules = PlacingRules(PlacementSettings(min_similarity=None, min_words=3))

    placed = place_document(comparable([[0, 1.0, 0]]), rules)

    assert placed.placements[0].sentence != 1


def test_positions_of_images() -> None:
    known = [image(0, position=0.1), image(1), image(3), image(2, order=-1)]

    positions = image_positions(known)

    assert positions[:3].tolist() == [0.1, 1.5 / 3, 2.5 / 3]
    assert np.isnan(positions[3])


def test_order_places_equal_images_as_the_page_has_them() -> None:
    even = [0.577, 0.577, 0.577]
    page = comparable([even, even], [image(0, position=0.95), image(1, position=0.02)])
    rules = PlacingRules(PlacementSettings(min_similarity=None, order_weight=0.2))

    assert [p.sentence for p in place_document(page, rules).placements] == [2, 0]


vectors = st.lists(st.integers(-9, 9), min_size=3, max_size=3).filter(any)
pages = st.lists(st.tuples(vectors, st.integers(0, 2**12 - 1)), max_size=6)


def scaled(vector: list[int]) -> Any:
    return np.array(vector) / np.linalg.norm(vector)


@given(pages)
def test_invariants_of_a_release(drawn: list[tuple[list[int], int]]) -> None:
    images = [image(i % 4, perceptual_hash=f"{h:016x}") for i, (_, h) in enumerate(drawn)]
    marked = list(mark_repeated(tuple(images), ImageRules()))
    page = comparable([scaled(v) for v, _ in drawn], marked) if drawn else comparable([])

    placed = place_document(page, FREE)
    row = mmc4_row(placed)

    # no image twice, and at most one image a sentence
    assert len({info.sha256 for info in row.image_info}) == len(row.image_info)
    used = [info.matched_text_index for info in row.image_info]
    assert len(used) == len(set(used))
    # similarities are those of the vectors
    for info, line in zip(row.image_info, row.similarity_matrix, strict=True):
        number = next(i for i, one in enumerate(marked) if one.url == info.raw_url)
        anew = EYE @ scaled(drawn[number][0]).astype(np.float16).astype(np.float32)
        assert line == tuple(float(value) for value in anew)
        assert info.matched_sim == line[info.matched_text_index]
    # the text comes back, and one reader opens both
    texts = interleaved_row(placed).texts
    assert "".join("".join(filter(None, texts)).split()) == "".join(TEXT.split())


@given(pages)
def test_core_is_a_subset_of_the_whole(drawn: list[tuple[list[int], int]]) -> None:
    """By the same images, a document that mmc4-core keeps is one that mmc4 keeps."""
    whole, core = (
        load_settings(options={"preset": "mmc4"}),
        load_settings(options={"preset": "mmc4-core"}),
    )
    page = comparable([scaled(v) for v, _ in drawn])

    def kept(settings: Any) -> bool:
        rules = PlacingRules(settings.placement, settings.documents)
        return place_document(page, rules).candidate.document.reject_reason is None

    assert kept(whole) or not kept(core)


@pytest.mark.parametrize(
    "record",
    [
        PAGE,
        place_document(PAGE, FREE),
        mmc4_row(place_document(PAGE, FREE)),
        interleaved_row(place_document(PAGE, FREE)),
        LinkedPage("u", "k", "t", "f", 1, 2, (image(1),)),
    ],
)
def test_records_survive_their_tables(record: Any) -> None:
    kind = type(record)
    assert schema_of(kind).names
    assert from_batch(to_batch([record], kind), kind) == [record]


def test_real_texts_to_rows(shared_data: Path) -> None:
    """Real documents, each with three images of random directions."""
    file = expand_inputs([str(shared_data / "text" / "c4like-wcxb-dev-300.jsonl")])[0]
    dice = np.random.default_rng(0)
    for document in list(read_texts(file, TextSettings()))[:30]:
        sentences = split_sentences(document.text, document.language, SentenceSettings())
        page = ComparableDocument(
            CandidateDocument(document, sentences, tuple(image(i) for i in range(3))),
            tuple(to_bytes(scaled(dice.normal(size=8))) for _ in range(3)),
            tuple(to_bytes(scaled(dice.normal(size=8))) for _ in sentences),
        )

        row = interleaved_row(place_document(page, FREE))

        assert len([url for url in row.images if url]) == min(3, len(sentences))
        assert "".join("".join(filter(None, row.texts)).split()) == "".join(document.text.split())
