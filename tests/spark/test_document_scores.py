"""Documents scored where they stand, in both paths, and limits on their scores."""

from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from mmc4_like.release.rows import interleaved_row
from mmc4_like.settings import load_settings as load_mmc4
from mmc4_like.tables import PlacedDocument
from obelics_like.release.row import release_row
from obelics_like.rules.score_limits import removed_share
from obelics_like.settings import load_settings
from spark_jobs import obelics_scores
from spark_jobs.marks.live import live
from spark_jobs.release import counts
from spark_jobs.run.tables import DOCUMENT_MARKS
from spark_jobs.scores import mmc4 as mmc4_scores
from tests.spark.as_read import as_read, result_of
from tests.spark.mmc4_parts import placed_documents, written_in_parts
from tests.unit.interleaf.test_explain_mmc4 import PLACED, REJECTED, told
from tests.unit.obelics_like.rules.test_mark_document import ENGLISH, MORE
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Reason, reason_text
from webdoc.release.published import published_document
from webdoc.scores.documents import document_quality
from webdoc.scores.scorer import DocumentScores, ScoredDocument, ScoredText
from webdoc.scores.texts import rule_quality

SHOUTED = "BUY BUY BUY BUY NOW NOW NOW $$$ $$$ CLICK CLICK HERE HERE 100% 100% FREE FREE FREE"
SCORERS = {"texts": ["rule_quality"], "documents": ["document_quality"]}
LIMIT = 0.9


def page(number: int, *texts: str) -> Document:
    facts = PictureFacts("ok", f"{number:064x}", 10, "png", 40, 40)
    shown = Node("image", image=Image(f"https://e.org/{number}.png", facts=facts))
    left_out = Node("text", "Share this page", reject_reason=Reason.PARAGRAPH_SPAM_WORDS)
    nodes = (shown, left_out, *(Node("text", text, tag="p") for text in texts))
    return Document(f"{number}", f"https://e.org/{number}", nodes=nodes, language="en")


@pytest.fixture
def no_rules() -> dict[str, object]:
    return {"documents": {"min_words": 1}, "scores": {**SCORERS, "min": {"rule_quality": LIMIT}}}


def test_documents_outside_a_limit_are_marked_and_counted(
    spark: SparkSession, tmp_path: Path, no_rules: dict[str, object]
) -> None:
    documents = [page(n, ENGLISH, MORE) for n in range(4)]
    documents += [page(n, SHOUTED, ENGLISH) for n in range(4, 8)]
    documents.append(replace(documents[0], doc_id="8", reject_reason=Reason.DOCUMENT_WORDS))
    given = {"inputs": [str(tmp_path)], "out": str(tmp_path / "out"), **no_rules}
    (tmp_path / "a.warc.gz").write_bytes(b"")
    settings = as_read(load_settings(options=given), documents)

    obelics_scores.run(spark, settings)
    table = Path(settings.out) / DOCUMENT_MARKS
    before = {file: file.stat().st_mtime_ns for file in table.rglob("*")}
    obelics_scores.run(spark, settings)  # nothing is made a second time

    assert {file: file.stat().st_mtime_ns for file in table.rglob("*")} == before
    found = result_of(settings)
    texts, whole = rule_quality.load(), document_quality.load()
    scored = {row.doc_id: row for row in rows_of_table(spark, settings.out)}
    assert scored.keys() == {f"{n}" for n in range(8)}  # not of what was left out before
    for document in documents[:8]:
        row = release_row(document)
        text = "\n\n".join(text for text in row.texts if text is not None)
        ((quality,),) = texts.score([ScoredText(text, "en")])
        published = published_document(
            row.images, row.texts, row.metadata, row.general_metadata, {}
        )
        share = len("Share this page") / sum(len(node.text) for node in document.nodes)
        assert removed_share(document) == pytest.approx(share)
        (values,) = whole.score([ScoredDocument(published, removed_share=share)])
        names = [column.name for column in document_quality.COLUMNS]
        told_of = {name: v for name, v in zip(names, values, strict=True) if v is not None}
        assert scored[document.doc_id].scores == {"rule_quality": quality, **told_of}
        assert quality is not None
        expected = Reason.DOCUMENT_SCORE if quality < LIMIT else None
        after = found[document.doc_id]
        assert (after.reject_reason, after.reject_detail) == (
            expected,
            "rule_quality" if expected else "",
        )
    assert {d.reject_reason for d in found.values() if int(d.doc_id) < 4} == {None}
    assert {d.reject_reason for d in found.values() if 3 < int(d.doc_id) < 8} == {
        Reason.DOCUMENT_SCORE
    }
    marks = live(spark, settings.out).marks
    funnel = counts.funnel(spark, settings.out, marks)
    reasons = {row.reason: row.count for row in funnel if row.level == "document"}
    assert reasons == {"kept": 4, "document_score": 4, "document_words": 1}
    assert sum(row.count for row in funnel if isinstance(row, FunnelRow)) > 0


class Row:
    """The scores of a document, of all scorers."""

    def __init__(self, doc_id: str, scores: dict[str, float]):
        self.doc_id, self.scores = doc_id, scores


def rows_of_table(spark: SparkSession, out: str) -> list[Row]:
    rows = spark.read.parquet(f"{out}/tables/document_scores").collect()
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        assert set(DocumentScores.__slots__) == set(row.asDict())
        found.setdefault(row["doc_id"], {}).update({s["name"]: s["value"] for s in row["scores"]})
    return [Row(doc_id, scores) for doc_id, scores in found.items()]


def test_placed_documents_outside_a_limit_are_marked_and_explained(
    spark: SparkSession, tmp_path: Path
) -> None:
    texts = {"aa": PLACED.candidate.document.text, "bb": SHOUTED}
    placed = [REJECTED]
    for doc_id, text in texts.items():
        candidate = PLACED.candidate
        document = replace(
            candidate.document, doc_id=doc_id, url=f"https://e.org/{doc_id}", text=text
        )
        placed.append(replace(PLACED, candidate=replace(candidate, document=document)))
    scores = [rule_quality.load().score([ScoredText(text_of(one), "")])[0][0] for one in placed[1:]]
    assert None not in scores
    limit = max(scores)
    assert min(scores) < limit
    out = tmp_path / "out"
    written_in_parts(out, placed)
    (out / "tables/run.json").write_text('{"settings": {}}', "utf-8")
    given = {"texts": ["x"], "out": str(out), "scores": {**SCORERS, "min": {"rule_quality": limit}}}
    settings = load_mmc4(options=given)

    mmc4_scores.run(spark, settings)

    after = [one.candidate.document for one in placed_documents(spark, str(out))]
    reasons = {document.doc_id: document.reject_reason for document in after}
    (below,) = (doc_id for doc_id, s in zip(texts, scores, strict=True) if s < limit)
    (kept,) = texts.keys() - {below}
    assert reasons == {
        below: "document_score", kept: None, "cd" * 16: Reason.DOCUMENT_SENTENCES.value
    }  # fmt: skip
    said = told(out, below)
    assert f"left out: document_score, {reason_text(Reason.DOCUMENT_SCORE)}" in said
    assert f"(measured {min(scores):.4g}); rule_quality" in said
    assert f"scores by rule_quality: rule_quality {min(scores):.4g}"[:30] in said
    assert "published" in told(out, kept)


def text_of(placed: PlacedDocument) -> str:
    texts = interleaved_row(placed).texts
    return "\n\n".join(text for text in texts if text is not None)
