"""The drawn part of the sample is what its script makes."""

import json
from pathlib import Path

from interleaf.sample import sample_path
from sample.build_drawn import PICTURES, SIZE_PX, TEXTS, build, drawn_texts, page_url, picture_url
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.picture.measure import check
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of


def captures(path: Path) -> dict[str, tuple[Kind, bytes]]:
    settings = ReadSettings()
    splits = splits_of(expand_inputs([str(path)]), settings.split_bytes)
    found = [capture for split in splits for capture in read_captures(split, settings)]
    return {capture.url: (capture.kind, capture.body) for capture in found}


def test_texts_and_pages_are_those_of_the_script(tmp_path: Path) -> None:
    build(tmp_path)
    assert (tmp_path / "drawn.jsonl").read_bytes() == sample_path("drawn.jsonl").read_bytes()
    made, stored = (
        captures(place) for place in (tmp_path / "drawn.warc.gz", sample_path("drawn.warc.gz"))
    )
    assert made.keys() == stored.keys()
    pages = {url for url, (kind, _) in stored.items() if kind is Kind.PAGE}
    assert pages == {page_url(text) for text in range(TEXTS)}
    assert {url: stored[url] for url in pages} == {url: made[url] for url in pages}


def test_every_picture_is_whole() -> None:
    stored = captures(sample_path("drawn.warc.gz"))
    for text in range(TEXTS):
        for scene in range(PICTURES):
            kind, body = stored[picture_url(text, scene)]
            picture = check(body)
            assert kind is Kind.IMAGE
            assert (picture.status, picture.width_px, picture.height_px) == ("ok", *SIZE_PX)


def test_texts_hold_the_sentences() -> None:
    lines = sample_path("drawn.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["text"].split("\n") for line in lines] == [
        list(text.sentences) for text in drawn_texts()
    ]
