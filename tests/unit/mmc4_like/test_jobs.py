"""What the jobs of the MMC4 path decide without Spark."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from interleaf.cli import app
from interleaf.mmc4_command import begins_with, spread
from interleaf.mmc4_run import advice
from interleaf.options import errors_in_words
from interleaf.sample import sample_path
from mmc4_like.settings import Mmc4Settings, load_settings
from mmc4_like.tables import PLACED
from mmc4_like.texts.main_text import main_text, text_document
from spark_jobs.mmc4_extract import page_row
from spark_jobs.run.folder import RunFolderError, planned_files
from spark_jobs.run.mmc4 import check, prepare, settings_again, settings_for
from spark_jobs.run.tables import mark_finished
from spark_jobs.sources.given_images import is_json_table
from webdoc.archive.captures import Capture
from webdoc.page.extract import ExtractSettings
from webdoc.page.permission import Permissions
from webdoc.page.read_capture import document_of
from webdoc.permission.signs import PermissionSettings
from webdoc.reasons import CaptureReason, FunnelRow, Kind, Reason
from webdoc.settings import SettingsError, as_table

WORDS = "The lighthouse keeper climbs the stairs twice a night and writes down the weather. "
TEXTS = sample_path("drawn.jsonl")
PAGE = f"""<!doctype html><html><head><title>Light</title></head><body><article>
<p>{WORDS * 3}</p><img src="/a.png" alt="A stair"><p>{WORDS.upper() * 3}</p>
<figure><img src="b.jpg"><figcaption>The lamp</figcaption></figure></article></body></html>"""


def capture(body: bytes, **changes: object) -> Capture:
    return Capture(
        "crawl.warc.gz",
        77,
        500,
        url="https://e.org/light/",
        capture_time="2024-05-18T01:58:10Z",
        kind=Kind.PAGE,
        body=body,
        **changes,  # type: ignore[arg-type]
    )


def row(body: bytes = PAGE.encode(), *, wants_text: bool = True, **changes: object):  # type: ignore[no-untyped-def]
    found = capture(body, **changes)
    document = Permissions(PermissionSettings()).marked(
        document_of(found, ExtractSettings()), found
    )
    return page_row(found, document, wants_text=wants_text)


def test_a_page_gives_its_images_and_its_text() -> None:
    made = row()
    assert made.kind == "page"
    first, second = made.page.images
    assert (first.url, first.order, first.alt_text) == ("https://e.org/a.png", 0, "A stair")
    assert (second.url, second.order) == ("https://e.org/light/b.jpg", 1)
    assert 0 < first.position < second.position <= 1
    assert (made.page.warc_record_offset, made.page.url_key) == (77, "e.org/light/")
    assert made.text.text.lower().count("lighthouse") == 6
    assert (made.text.source_name, made.text.source_row) == ("crawl.warc.gz", 77)
    assert (made.text.language, made.text.timestamp) == ("en", "2024-05-18T01:58:10Z")
    assert made.text.content_key
    assert row(wants_text=False).text is None


def test_a_page_that_says_no_gives_neither() -> None:
    made = row(usage_headers=("x-robots-tag: noai",))
    assert made.text.reject_reason is Reason.DOCUMENT_NOT_PERMITTED
    assert made.text.text == ""
    assert {image.reject_reason for image in made.page.images} == {Reason.IMAGE_NOT_PERMITTED}


def test_a_page_whose_images_may_not_be_used_keeps_its_text() -> None:
    made = row(usage_headers=("x-robots-tag: noimageai",))
    assert made.text.reject_reason is None
    assert {image.reject_reason for image in made.page.images} == {Reason.IMAGE_NOT_PERMITTED}


@pytest.mark.parametrize("body", [b"", b"<p></p>", b"<html><body></body></html>"])
def test_a_page_without_text_says_so(body: bytes) -> None:
    assert text_document(capture(body)).reject_reason is Reason.DOCUMENT_NO_TEXT


def test_markup_made_to_hurt_is_not_handed_on() -> None:
    made = row(b"<div>" * 300_000)
    assert made.text.reject_reason is Reason.DOCUMENT_NO_TEXT
    assert made.text.reject_detail


def test_an_extractor_that_fails_is_a_page_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr("trafilatura.extract", fail)
    assert main_text("<p>x</p>", "https://e.org/") == ("", "RecursionError: too deep")


def test_inputs_are_sorted_into_texts_and_archives(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.parquet", "c.txt.gz", "d.warc.gz", "e.warc.gz", "notes.md"):
        (tmp_path / name).write_bytes(b"x")
    settings = Mmc4Settings(
        texts=(str(tmp_path),), pages=(str(tmp_path / "d.warc.gz"),), out=str(tmp_path / "out")
    )

    prepare(settings)

    def names(kind: str) -> list[str]:
        return [file.name for file in planned_files(settings.out, kind)]

    assert names("texts") == ["a.jsonl", "b.parquet", "c.txt.gz"]
    assert names("text_archives") == ["d.warc.gz", "e.warc.gz"]
    assert names("pages") == []  # it is read once


def begin(settings: Mmc4Settings) -> None:
    check(settings)
    prepare(settings)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"texts": ["gone.jsonl"], "pages": ["a.warc.gz"]}, "None of the texts can be read"),
        ({"texts": [__file__]}, "No images"),
        ({"texts": []}, "No texts"),
        ({"texts": [str(TEXTS)], "text_files": {"text_column": "body"}}, "no column 'body'"),
        ({"texts": [__file__], "pool": ["nowhere"]}, "nothing is there"),
        ({"images": {"source": "warc+fetch"}}, "fetch.contact"),
        ({"from_vectors": "same", "out": "same/"}, "another folder"),
        ({"from_vectors": "nothing"}, "no placed documents"),
    ],
)
def test_what_cannot_become_a_run(
    given: dict[str, object], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a cluster, where only the workers need to have the model.
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    settings = load_settings(options={"out": str(tmp_path / "out"), **given})
    with pytest.raises((SettingsError, RunFolderError), match=message):
        begin(settings)


def test_no_model_is_looked_for_where_texts_or_a_place_for_them_are_missing() -> None:
    """That takes seconds, and weights might be fetched."""
    settings = load_settings(options={"clip": {"model": "no-such-model"}})
    with pytest.raises(SettingsError, match="No texts"):
        check(settings)
    with pytest.raises(SettingsError, match="No output folder"):
        check(replace(settings, texts=("a.jsonl",)))


@pytest.mark.parametrize(
    ("path", "is_json"),
    [
        ("lines", True),
        ("lines/a.jsonl.gz", True),
        ("lines/*.jsonl", True),
        ("columns", False),
        ("columns/a.parquet", False),
        ("nowhere", False),
    ],
)
def test_given_tables_are_told_apart_by_name(path: str, *, is_json: bool, tmp_path: Path) -> None:
    for name in ("lines/a.jsonl.gz", "columns/a.parquet"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    assert is_json_table(str(tmp_path / path)) is is_json


@pytest.mark.parametrize(("before", "after"), [("", "mtcnn"), ("mtcnn", ""), ("mtcnn", "mtcnn")])
def test_placing_again_looks_for_no_faces(before: str, after: str, tmp_path: Path) -> None:
    """A rule on faces that nobody looked for would let all of them pass."""
    earlier = tmp_path / "earlier"
    mark_finished(str(earlier / PLACED))
    (earlier / "tables" / "run.json").write_text(
        json.dumps({"settings": {"faces": {"model": before}}})
    )
    given = {"from_vectors": str(earlier), "faces": {"model": after}, "out": "elsewhere"}
    settings = load_settings(options=given)

    if after and not before:
        with pytest.raises(SettingsError, match="did not look for faces"):
            check(settings)
    else:
        check(settings)


def earlier_run(folder: Path, **settings: object) -> str:
    """Return the folder of a run that is placed, as far as placing again looks before it begins."""
    mark_finished(str(folder / PLACED))
    table = as_table(load_settings(options=settings))
    (folder / "tables" / "run.json").write_text(json.dumps({"settings": table}))
    return str(folder)


def test_placing_again_keeps_what_is_done(tmp_path: Path) -> None:
    """The settings that a release names are those that made it."""
    earlier = earlier_run(tmp_path / "a", texts=["a.jsonl"], clip={"model": "local-dir:mine"})
    given = {"from_vectors": earlier, "out": str(tmp_path / "b"), "clip": {"model": "another"}}

    settings = settings_again(None, ["placement.max_images=3"], given | {"preset": "mmc4-core"})

    assert settings.clip.model == "local-dir:mine"
    assert settings.sentences.ends_at == "line"  # as in the earlier run, and not as in mmc4
    assert settings.documents.max_images == 15
    assert settings.placement.max_images == 3
    assert settings.texts == ("a.jsonl",)


def test_a_file_may_name_the_run_to_place_again(tmp_path: Path) -> None:
    """As it does for a cluster: what the option begins with, the file begins with."""
    earlier = earlier_run(tmp_path / "a", texts=["a.jsonl"], placement={"max_images": 2})
    file = tmp_path / "again.toml"
    file.write_text(f'from_vectors = "{earlier}"\nout = "b"\n[placement]\nmin_words = 4\n')

    settings = settings_for(file)

    assert (settings.texts, settings.out) == (("a.jsonl",), "b")
    assert (settings.placement.max_images, settings.placement.min_words) == (2, 4)
    assert settings_for(options={"texts": ["a.jsonl"]}).texts == ("a.jsonl",)


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("sentences.ends_at=nothing", r"^sentences\.ends_at: 'line' -> 'nothing': placing again"),
        ('texts=["b.jsonl"]', "make a new run without --from-vectors"),
    ],
)
def test_placing_again_cannot_do_over_what_is_done(
    assignment: str, message: str, tmp_path: Path
) -> None:
    earlier = earlier_run(tmp_path / "a", texts=["a.jsonl"])
    with pytest.raises(SettingsError, match=message):
        settings_again(None, [assignment], {"from_vectors": earlier, "out": "b"})


def test_placing_again_begins_with_a_run_that_has_pictures(tmp_path: Path) -> None:
    again = earlier_run(tmp_path / "again", from_vectors="first")
    with pytest.raises(SettingsError, match=r"Give --from-vectors first\.$"):
        check(settings_again(None, [], {"from_vectors": again, "out": "b"}))

    (tmp_path / "again" / "tables" / "run.json").write_text('{"settings": {"inputs": []}}')
    with pytest.raises(SettingsError, match="is no run of interleaf mmc4"):
        settings_again(None, [], {"from_vectors": again, "out": "b"})


DOCUMENTS = ("document", Reason.DOCUMENT_IMAGES, 3)


@pytest.mark.parametrize(
    ("rows", "given", "said"),
    [
        ([("record", CaptureReason.NOT_A_RESPONSE, 3)], (), "no text at all"),  # as of WET files
        ([("document", Reason.DOCUMENT_FILE_UNREADABLE, 3)], (), "document_file_unreadable"),
        ([DOCUMENTS], (), "--pages"),
        ([DOCUMENTS], ("given.jsonl",), "--given"),
        ([DOCUMENTS, ("pool_image", Reason.IMAGE_SIZE, 3)], (), "most of them image_size"),
        ([DOCUMENTS, ("pool_image", "kept", 3)], (), "--pages"),
        ([DOCUMENTS, ("image", Reason.IMAGE_MISSING, 3)], (), "images.source=warc+fetch"),
        ([DOCUMENTS, ("image", Reason.IMAGE_SIZE, 3)], (), "image_size"),
    ],
)
def test_a_release_without_rows_says_where_to_look(
    rows: list[tuple[str, str, int]], given: tuple[str, ...], said: str
) -> None:
    funnel = [FunnelRow(level, reason, count, 0, 0) for level, reason, count in rows]
    assert said in advice(funnel, Mmc4Settings(given=given))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--texts a b --pages c", "--texts a --texts b --pages c"),
        ("--texts=a b --resume", "--texts=a --texts b --resume"),
        ("--resume a", "--resume a"),
        ("--out d e", "--out d e"),
        ("", ""),
    ],
)
def test_inputs_may_be_many(arguments: str, expected: str) -> None:
    assert spread(arguments.split()) == expected.split()


@pytest.mark.parametrize(
    "error",
    ["webdoc.settings.SettingsError", "spark_jobs.release.obelics_files.ChangedArchiveError"],
)
def test_what_a_worker_says_is_not_lost(error: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = f"Job aborted.\nTraceback\n  File x\n{error}: no column y. Name it.\n"
    with pytest.raises(typer.Exit), errors_in_words(debug=False):
        raise RuntimeError(said)
    assert "interleaf: no column y. Name it." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("start", "of", "from_vectors", "found"),
    [
        ("placing", "a", "", ("", "a")),
        ("", "", "a", ("", "a")),
        ("placing", "a", "a", ("", "a")),
        ("placing", "", "", ("placing", "")),
        ("", "", "", ("", "")),
        ("placing", "b", "a", "name two runs"),
        ("publishing", "a", "", "only placing can begin"),
        ("", "a", "", "Give --from placing --of a"),
        ("publishing", "", "a", "only placing can begin"),
    ],
)
def test_placing_begins_in_its_folder_or_with_another_run(
    start: str, of: str, from_vectors: str, found: str | tuple[str, str]
) -> None:
    if isinstance(found, tuple):
        assert begins_with(start, of, from_vectors) == found
    else:
        with pytest.raises(SettingsError, match=found):
            begins_with(start, of, from_vectors)


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    given = ["mmc4", "--texts", "a", "b", "--from-vectors", str(tmp_path), "--out", "x"]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 2
    assert "holds no run of interleaf" in " ".join(result.stderr.split())
