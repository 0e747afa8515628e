"""Pictures scored once, joined to documents, and limits applied: as the pure steps do it."""

from dataclasses import astuple, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from pyspark.sql import DataFrame, SparkSession

from interleaf.sample import sample_path
from mmc4_like.records import CandidateImage, TextDocument
from mmc4_like.settings import Mmc4Settings
from mmc4_like.tables import CandidateDocument
from obelics_like.rules.judge import Rules
from obelics_like.rules.score_limits import DocumentWithScores, NodeScores, with_scores
from obelics_like.settings import load_settings
from spark_jobs import obelics_scores
from spark_jobs.marks.live import live
from spark_jobs.mmc4_candidates import candidates, uses
from spark_jobs.obelics_scores import of_pictures, score_marks
from spark_jobs.run.tables import IMAGES, SCORE_MARKS, spark_schema, table_path, write_table
from spark_jobs.scores.captions import score_captions, with_pictures
from spark_jobs.scores.pictures import StoredVectors, score_pictures
from tests.spark.as_read import as_read, result_of
from tests.unit.webdoc.scores.test_sharpness import encoded
from webdoc.archive.reader import ReadSettings
from webdoc.arrow import to_batch
from webdoc.clip.vectors import to_bytes
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason
from webdoc.scores.pictures import sharpness
from webdoc.scores.scored_caption import PlacedCaption, ScoredCaption
from webdoc.scores.scorer import Score, ScoreSettings
from webdoc.settings import SettingsError
from webdoc.tables.images import FILE, FoundPicture, ImagePlace, StoredPicture

DICE = np.random.default_rng(3)
SHARP = [
    encoded(Pillow.fromarray(DICE.integers(0, 256, (40, 40), dtype=np.uint8))) for _ in range(4)
]
FLAT = [encoded(Pillow.new("L", (40, 40), grey)) for grey in range(4)]
NOT_ONE = b"no picture"
LIMITS = ScoreSettings(("sharpness",), min={"sharpness": 100.0})


def key(body: bytes) -> str:
    return sha256(body).hexdigest()


@pytest.fixture
def places(tmp_path: Path) -> list[ImagePlace]:
    found = []
    for number, body in enumerate((*SHARP, *FLAT, NOT_ONE)):
        file = tmp_path / f"{number}.png"
        file.write_bytes(body)
        found.append(ImagePlace(key(body), FILE, str(file), 0, 0, file.name))
    return found


def test_documents_are_those_of_the_pure_step(
    spark: SparkSession, places: list[ImagePlace], tmp_path: Path
) -> None:
    def shown(body: bytes) -> Node:
        facts = PictureFacts("ok", key(body), len(body), "png", 40, 40)
        return Node("image", image=Image(f"https://e.org/{key(body)}", facts=facts))

    text = Node("text", "One of these pictures is blurred, and the other is not.", tag="p")
    documents = [
        Document(f"{i}", f"https://e.org/{i}", nodes=(shown(SHARP[i]), text, shown(FLAT[i])))
        for i in range(4)
    ]
    documents.append(replace(documents[0], doc_id="4", nodes=(shown(FLAT[0]), text)))
    documents.append(replace(documents[1], doc_id="5", reject_reason=Reason.DOCUMENT_WORDS))
    documents.append(Document("6", "https://e.org/6", nodes=(text, shown(NOT_ONE))))
    given = {
        "documents": {"min_words": 1},
        "inputs": [str(sample_path())],
        "out": str(tmp_path / "out"),
    }
    settings = as_read(replace(load_settings(options=given), scores=LIMITS), documents)
    table = spark.createDataFrame([astuple(p) for p in places], spark_schema(ImagePlace))
    twice = table.unionByName(table).repartition(3)  # a picture may stand at several places

    scores = score_pictures(spark, twice, LIMITS, str(tmp_path / "scores"), ReadSettings())
    found_live = live(spark, settings.out, SCORE_MARKS)
    marks = score_marks(found_live, of_pictures(found_live, scores), settings)
    write_table(marks, table_path(settings.out, SCORE_MARKS))

    found = result_of(settings)
    values = {row["sha256"]: row["scores"] for row in scores.collect()}
    assert values.keys() == {place.sha256 for place in places}
    assert values[key(NOT_ONE)] == []
    assert all(values[key(body)][0]["value"] == 0 for body in FLAT)
    assert all(values[key(body)][0]["value"] > 100 for body in SHARP)
    rules = Rules.load(settings)
    for document in documents:
        own = tuple(
            NodeScores(
                place, tuple(Score(s["name"], s["value"]) for s in values[n.image.facts.sha256])
            )
            for place, n in enumerate(document.nodes)
            if n.image
        )
        assert found[document.doc_id] == with_scores(
            DocumentWithScores(document, own), LIMITS, rules
        )
    assert found["0"].nodes[2].reject_reason is Reason.IMAGE_BLURRED
    assert found["4"].reject_reason is Reason.DOCUMENT_IMAGES


def test_what_is_scored_is_not_scored_again(
    spark: SparkSession, places: list[ImagePlace], tmp_path: Path
) -> None:
    table = spark.createDataFrame([astuple(p) for p in places], spark_schema(ImagePlace))
    out = str(tmp_path / "scores")
    first = score_pictures(spark, table.limit(5), LIMITS, out, ReadSettings()).collect()
    for place in places:
        Path(place.path).unlink()  # whoever reads one again fails

    again = score_pictures(
        spark,
        table.where(table.sha256.isin([row["sha256"] for row in first])),
        LIMITS,
        out,
        ReadSettings(),
    )

    assert sorted(again.collect()) == sorted(first)


def test_captions_are_scored_once_and_leave_out_images(
    spark: SparkSession, places: list[ImagePlace], tmp_path: Path
) -> None:
    """Of both paths: the same picture under two captions has two scores."""
    limits = ScoreSettings(("sharpness",), captions=("caption_words",), min={"caption_words": 2.0})

    def shown(caption: str) -> Node:
        facts = PictureFacts("ok", places[0].sha256, 9, "png", 40, 40)
        return Node("image", image=Image(f"https://e.org/{caption}", caption=caption, facts=facts))

    text = Node("text", "A paragraph between pictures, and after them.", tag="p")
    documents = [
        Document("a", "https://e.org/a", nodes=(shown("two words"), text)),
        Document("b", "https://e.org/b", nodes=(text, shown("one"), shown("two words"))),
        Document(
            "c", "https://e.org/c", nodes=(shown("one"),), reject_reason=Reason.DOCUMENT_WORDS
        ),
    ]
    given = {
        "documents": {"min_words": 1},
        "inputs": [str(sample_path())],
        "out": str(tmp_path / "out"),
    }
    settings = as_read(replace(load_settings(options=given), scores=limits), documents)
    stored = StoredPicture(PictureFacts("ok", places[0].sha256), places[0])
    pictures = table_of(spark, [stored], StoredPicture)
    write_table(pictures, table_path(settings.out, IMAGES))

    obelics_scores.run(spark, settings)
    after = result_of(settings)

    ((sharp,),) = sharpness.load().score([SHARP[0]])
    for doc_id, place, words in (("a", 0, 2.0), ("b", 1, 1.0), ("b", 2, 2.0)):
        own = after[doc_id].nodes[place].image
        assert own is not None
        assert own.scores == (Score("caption_words", words), Score("sharpness", sharp or 0.0))
    assert spark.read.parquet(f"{settings.out}/tables/caption_scores").count() == 2
    assert [node.reject_reason for node in after["b"].nodes] == [
        None,
        Reason.IMAGE_CAPTION_WORDS,
        None,
    ]
    images = tuple(
        CandidateImage(node.image.url, "page", caption=node.image.caption, facts=node.image.facts)
        for node in documents[1].nodes
        if node.image
    )
    candidate = CandidateDocument(TextDocument("m", "", "Text."), images=images)
    mmc4 = replace(Mmc4Settings(), scores=limits, out=str(tmp_path / "mmc4"))
    found = table_of(spark, [candidate], CandidateDocument)
    images_of_it = uses(found, table_of(spark, [], FoundPicture))
    (row,) = candidates(found, images_of_it, pictures, mmc4).toArrow().to_pylist()
    assert [one["scores"] for one in row["images"]] == [
        [{"name": "caption_words", "value": words}, {"name": "sharpness", "value": sharp}]
        for words in (1.0, 2.0)
    ]


def table_of(spark: SparkSession, records: list[Any], record: type) -> DataFrame:
    return spark.createDataFrame(to_batch(records, record).to_pylist(), spark_schema(record))


def test_words_pictures_and_vectors_reach_the_scorers_that_want_them(
    spark: SparkSession, tmp_path: Path
) -> None:
    """The words of a picture are read once, whoever asks; vectors are those that are stored."""
    pytest.importorskip("rapidocr", reason="needs interleaf[signals]")
    tensors = pytest.importorskip("safetensors.numpy", reason="needs interleaf[signals]")
    sign = Pillow.new("RGB", (300, 120), "white")
    ImageDraw.Draw(sign).text((20, 40), "Fresh bread", font=ImageFont.load_default(36), fill="navy")
    stored = []
    for number, body in enumerate((encoded(sign), FLAT[0])):
        (tmp_path / f"{number}.png").write_bytes(body)
        stored.append(ImagePlace(key(body), FILE, str(tmp_path / f"{number}.png"), 0, 0, "p.png"))
    table = table_of(spark, stored, ImagePlace)
    placed = [
        PlacedCaption("a", 0, ScoredCaption(stored[0].sha256, caption="Fresh bread every day")),
        PlacedCaption("a", 1, ScoredCaption(stored[0].sha256, alt_text="A shop")),
        PlacedCaption("b", 0, ScoredCaption(stored[1].sha256, caption="Fresh bread")),
        PlacedCaption("c", 0, ScoredCaption("ff", caption="Its bytes are nowhere")),
    ]
    spotting = ScoreSettings(captions=("text_spotting",))
    out = str(tmp_path / "run")

    rows = score_captions(
        table_of(spark, placed, PlacedCaption), table, spotting, out, ReadSettings()
    ).collect()

    assert {(r["doc_id"], r["place"]): r["scores"][0]["value"] for r in rows} == {
        ("a", 0): 10.0,
        ("a", 1): 2.0,  # "sh"
        ("b", 0): 0.0,
    }
    words = spark.read.parquet(f"{out}/tables/picture_scores").select("sha256", "words.text")
    assert dict(words.collect()) == {stored[0].sha256: ["Fresh bread"], stored[1].sha256: []}
    read = dict(
        with_pictures(
            [(f"k{i}", one.shown, stored[0]) for i, one in enumerate(placed[:2])], ReadSettings()
        )
    )
    assert [key(one.picture) for one in read.values()] == [stored[0].sha256] * 2

    head = tmp_path / "head.safetensors"
    tensors.save_file({"weight": np.eye(1, 4, dtype="f4"), "bias": np.ones(1, "f4")}, head)
    pretty = ScoreSettings(("aesthetics",), models={"aesthetics": str(head)})
    vectors = spark.createDataFrame(
        [(stored[0].sha256, to_bytes(np.eye(4)[0]))], "sha256 string, vector binary"
    )
    own = StoredVectors(vectors, "abc")
    (row,) = score_pictures(spark, table, pretty, f"{out}/p", ReadSettings(), own).collect()
    assert (row["sha256"], row["scores"][0]["value"]) == (stored[0].sha256, 2.0)
    with pytest.raises(SettingsError, match=r"looks at CLIP vectors, and none are stored"):
        score_pictures(spark, table, pretty, f"{out}/p", ReadSettings())
