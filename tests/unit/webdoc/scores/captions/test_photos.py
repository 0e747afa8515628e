"""Agreement of captions and classes on real photos: true captions beside those of another site."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser
from warcio.archiveiterator import ArchiveIterator

from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import load_scorer

DRAWN = re.compile(r"chart|graphic|diagram|graph|table |title|labeled", re.IGNORECASE)
A_SITE = 60  # pictures


def bodies(sites: Path, site: str) -> dict[str, bytes]:
    with (sites / f"{site}.warc.gz").open("rb") as file:
        return {
            record.rec_headers.get_header("WARC-Target-URI"): record.content_stream().read()
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }


def recipes(sites: Path) -> list[tuple[bytes, str, str]]:
    """Pictures of a site of recipes with their alternative texts of two words and more."""
    held = bodies(sites, "based-cooking")
    by_name = {url.rpartition("/")[2]: body for url, body in held.items() if url.endswith(".webp")}
    found = {}
    for url, body in held.items():
        if url.endswith(("/", ".html")):
            for image in LexborHTMLParser(body).css("img[alt][src]"):
                name = str(image.attributes["src"]).rpartition("/")[2]
                alt_text = image.attributes["alt"] or ""
                if name in by_name and len(alt_text.split()) > 1:
                    found[name] = (by_name[name], alt_text, "")
    return list(found.values())


def photos(sites: Path) -> list[tuple[bytes, str, str]]:
    """Pictures of a textbook with alternative text and caption, without charts and tables."""
    held = bodies(sites, "business-ethics")
    lines = (sites / "business-ethics.pairs.jsonl").read_text("utf-8").splitlines()
    pairs = [pair for pair in map(json.loads, lines) if not DRAWN.search(pair["alt"])]
    return [(held[pair["image_url"]], pair["alt"], pair["caption"]) for pair in pairs]


@pytest.mark.soak
def test_true_captions_agree_more_than_those_of_another_site(shared_data: Path) -> None:
    pytest.importorskip("timm", reason="the extra 'signals' is not installed")
    scorer: Any = load_scorer("class_agreement", "captions")
    sites = shared_data / "sites"
    sides = [recipes(sites)[:A_SITE], photos(sites)[:A_SITE]]
    better = []
    for own, others in (sides, sides[::-1]):
        assert len(own) > 30
        for n, (body, alt_text, caption) in enumerate(own):
            texts = [(alt_text, caption), *((alt, cap) for _, alt, cap in others)]
            shown = [
                ScoredCaption(f"{len(own)}-{n}", alt, cap, language="en", picture=body)
                for alt, cap in texts
            ]
            true, *swapped = (score for score, _ in scorer.score(shown))
            if true is not None:
                rest = np.array([score for score in swapped if score is not None])
                better.append(np.mean(true > rest) + np.mean(true == rest) / 2)

    assert len(better) > 60
    assert np.mean(better) > 0.8
