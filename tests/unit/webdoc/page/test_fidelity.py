"""How good extraction is, on real pages with a known main text. Skipped where these are missing."""

import json
import sys
from collections import Counter
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
import trafilatura
from warcio.archiveiterator import ArchiveIterator

from webdoc.page.extract import ExtractSettings, extract


@pytest.fixture(scope="module")
def fidelity(shared_data: Path) -> ModuleType:
    """The tool that scores: shingles of words, names and places of images."""
    file = shared_data.parent / "tools" / "fidelity.py"
    if not file.is_file():
        pytest.skip("the tool that scores extraction (../shared/tools/fidelity.py) is missing here")
    spec = util.spec_from_file_location("fidelity", file)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["fidelity"] = module
    spec.loader.exec_module(module)
    return module


def tokens(fidelity: ModuleType, markup: bytes, url: str) -> list[tuple[str, str]]:
    found = extract(markup, url, ExtractSettings())
    live = [node for node in found.nodes if node.reject_reason is None]
    texts = [node.text if node.image is None else None for node in live]
    images = [None if node.image is None else node.image.url for node in live]
    stream: list[tuple[str, str]] = fidelity.flat_doc(texts, images)
    return stream


def test_articles_and_their_images(shared_data: Path, fidelity: ModuleType) -> None:
    """Floors: text F1 0.95, images 0.85 over all and 0.80 as the mean of pages, 0.97 in place."""
    text, images, sums = [], [], Counter[str]()
    for folder in sorted((shared_data / "readability").iterdir()):
        expected = fidelity.flat_html((folder / "expected.html").read_text("utf-8"))
        markup = (folder / "source.html").read_bytes()
        score = fidelity.score(expected, tokens(fidelity, markup, fidelity.BASE))
        text.append(score["f"])
        sums.update({key: score[key] for key in ("itp", "ir", "ic", "matched", "placed")})
        if score["ir"]:
            images.append(2 * score["itp"] / (score["ir"] + score["ic"]))

    assert len(text) > 70
    assert sum(text) / len(text) >= 0.95
    assert 2 * sums["itp"] / (sums["ir"] + sums["ic"]) >= 0.85
    assert sum(images) / len(images) >= 0.80
    assert sums["placed"] / sums["matched"] >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_main_text_of_pages_of_seven_kinds(
    shared_data: Path, fidelity: ModuleType, every: int
) -> None:
    """The mean F1 is at least that of trafilatura, measured beside it."""
    truth: dict[str, list[tuple[str, str]]] = {}
    with (shared_data / "pages" / "wcxb-dev-300.truth.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            truth[row["url"]] = fidelity.flat_doc([row["text"]], [None])
    ours, theirs = [], []
    with (shared_data / "pages" / "wcxb-dev-300.warc.gz").open("rb") as file:
        for record in ArchiveIterator(file):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type != "response" or url not in truth:
                continue
            markup = record.content_stream().read().decode("utf-8", "replace")
            expected = truth.pop(url)
            if len(truth) % every:
                continue
            ours.append(fidelity.score(expected, tokens(fidelity, markup.encode(), url))["f"])
            peer = trafilatura.extract(markup) or ""
            theirs.append(fidelity.score(expected, fidelity.flat_doc([peer], [None]))["f"])

    assert len(ours) >= 300 // every
    assert sum(ours) / len(ours) >= sum(theirs) / len(theirs)
