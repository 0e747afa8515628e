"""Text painted over, and what is left of the cosine: with the drawn model, and with minidual."""

import json
import shutil
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from interleaf.sample import sample_path
from tests.unit.webdoc.scores.pictures.odd_pictures import encoded, noise
from webdoc.reasons import Reason
from webdoc.scores.captions import clip_masked
from webdoc.scores.limits import limit_finding
from webdoc.scores.rows import scored_captions
from webdoc.scores.scored_caption import ReadWord, ScoredCaption
from webdoc.scores.scorer import ScoreSettings

# A box in the middle, as shares: left, top to right, bottom.
BOX = ReadWord("a sign", 0.9, (0.25, 0.4, 0.75, 0.4, 0.75, 0.6, 0.25, 0.6))


def test_boxes_get_the_colour_around_them() -> None:
    """A white box on red, and far from it green: red is what surrounds it."""
    picture = Image.new("RGB", (400, 300), "green")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 60, 340, 240), fill=(200, 10, 20))
    draw.rectangle((100, 120, 299, 179), fill="white")

    found = clip_masked.filled(np.asarray(picture), [BOX])

    assert (found[120:180, 100:300] == (200, 10, 20)).all()
    assert (found[:60] == np.asarray(picture)[:60]).all()
    assert (np.asarray(picture)[150, 200] == 255).all()  # the picture itself stays as it is


def test_a_picture_that_is_all_text_becomes_grey() -> None:
    everything = ReadWord("all", 0.9, (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0))
    assert (clip_masked.filled(np.zeros((9, 9, 3), np.uint8), [everything]) == 127).all()


def test_what_does_not_decode_is_not_masked() -> None:
    assert clip_masked.masked(b"no picture", [BOX]) == b""
    body = clip_masked.masked(encoded(noise(40, 30, "CMYK"), "JPEG"), [BOX])
    assert Image.open(BytesIO(body)).size == (40, 30)


@pytest.mark.skipif(find_spec("open_clip") is None, reason="needs interleaf[clip]")
def test_scores_are_cosines_with_and_without_the_text() -> None:
    """By hand: a red square hides a blue one, as a sign would."""
    model = f"local-dir:{sample_path('drawn_clip')}"
    scorer = clip_masked.load(model)
    picture = Image.new("RGB", (200, 150), (250, 250, 250))
    ImageDraw.Draw(picture).rectangle((50, 60, 149, 89), fill=(40, 90, 200))
    bare, body = encoded(Image.new("RGB", (200, 150), (250, 250, 250))), encoded(picture)
    caption = "A blue square on white."
    captions = [
        ScoredCaption("a", caption=caption, words=(BOX,), picture=body),
        ScoredCaption("b", caption=caption, picture=body),
        ScoredCaption("c", "A blue square on white.", picture=bare),
        ScoredCaption("d", words=(BOX,), picture=body),
        ScoredCaption("e", caption=caption, words=(BOX,), picture=b"no picture"),
    ]

    hidden, plain, empty, textless, broken = scorer.score(captions)

    assert plain[1] == 0.0
    assert hidden[0] == pytest.approx(empty[0], abs=0.01)
    assert hidden[0] + hidden[1] == pytest.approx(plain[0], abs=1e-3)
    assert (textless, broken) == ((None, None), (None, None))
    limit = (plain[0] + hidden[0]) / 2
    settings = ScoreSettings(
        captions=("clip_masked",), models={"clip_masked": model}, min={"clip_masked": limit}
    )
    rows = scored_captions("clip_masked", scorer, ["k", "l"], captions[:2])
    reasons = [
        finding and finding[0] for finding in (limit_finding(r.scores, settings) for r in rows)
    ]
    assert sorted(map(str, reasons)) == sorted(["None", Reason.IMAGE_TEXT_ALONE])


TOPICS = (
    "demand and supply curve", "cell membrane diagram", "stakeholder theory", "human heart anatomy",
    "supply chain", "the water cycle", "corporate governance", "periodic table of elements",
    "normal distribution", "DNA replication", "cash flow statement", "market equilibrium",
    "chemical bonds", "the solar system", "income statement", "cost of production",
)  # fmt: skip


@pytest.mark.soak
def test_pairs_that_only_text_links_lose_half(tmp_path: Path, shared_data: Path) -> None:
    """Slides that hold their caption, where the bare ground is nothing like it."""
    pytest.importorskip("rapidocr", reason="needs interleaf[signals]")
    scorer = clip_masked.load(usable(shared_data / "models" / "minidual-openclip", tmp_path))
    reader: Any = image_text_reader()
    pairs = [(topic, colour) for topic in TOPICS for colour in ("white", "navy", "gold")]
    bodies = [slide(topic, colour) for topic, colour in pairs]
    read = reader.read_words(bodies)
    captions = [
        ScoredCaption(str(number), caption=topic, words=words, picture=body)
        for number, ((topic, _), words, body) in enumerate(zip(pairs, read, bodies, strict=True))
    ]
    bare = [ScoredCaption("b", caption=topic, picture=slide("", colour)) for topic, colour in pairs]
    grounds = np.array([values[0] for values in scorer.score(bare)])
    assert all(words for words in read)

    found = np.array(scorer.score(captions))

    plain = found.sum(axis=1)
    linked = (plain >= 0.1) & (grounds <= 0.03)
    print(f"{linked.sum()} pairs: {plain[linked].mean():.3f} -> {found[linked, 0].mean():.3f}")
    assert linked.sum() >= 5
    assert (found[linked, 0] <= plain[linked] / 2).all()
    photo = encoded(noise(300, 200))
    (words,) = reader.read_words([photo])
    without = ScoredCaption("n", caption=TOPICS[0], words=words, picture=photo)
    assert abs(scorer.score([without])[0][1]) <= 0.01


def image_text_reader() -> Any:
    from webdoc.scores.pictures import image_text  # noqa: PLC0415 - of an extra

    return image_text.load()


def slide(text: str, colour: str) -> bytes:
    picture = Image.new("RGB", (600, 400), colour)
    draw, ink = ImageDraw.Draw(picture), "white" if colour == "navy" else "black"
    for line in range(5):
        draw.text((30, 40 + 64 * line), text, font=ImageFont.load_default(40), fill=ink)
    return encoded(picture)


def usable(source: Path, folder: Path) -> str:
    """Copy the model so that open_clip finds its tokenizer in the same folder."""
    model = folder / "model"
    shutil.copytree(source, model)
    model.chmod(0o755)
    config = model / "open_clip_config.json"
    config.chmod(0o644)
    settings = json.loads(config.read_text("utf-8"))
    for key in ("hf_model_name", "hf_tokenizer_name"):
        settings["model_cfg"]["text_cfg"][key] = str(model)
    config.write_text(json.dumps(settings), "utf-8")
    return f"local-dir:{model}"
