"""The drawn scenes are what their sentences say, and the small model finds its way among them."""

import json
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

import interleaf
from sample.drawn import COLOURS, SHAPES, DrawnText, Group, Scene, draw, drawn_text, scene, sentence
from webdoc.clip.model import ClipModel, ClipSettings

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "interleaf" / "sample" / "drawn_clip"
LEAST_PLACED = 0.9


def test_the_same_seed_draws_the_same() -> None:
    first, second = (drawn_text(Random(5)) for _ in range(2))
    assert first == second
    assert draw(first.scenes[0]).tobytes() == draw(second.scenes[0]).tobytes()
    assert drawn_text(Random(6)) != first


def test_a_sentence_says_what_is_there() -> None:
    def all_sentences(of: Scene) -> set[str]:
        return {sentence(of, Random(seed)) for seed in range(200)}

    pair = Scene("grey", Group(1, "orange", "cross"), Group(3, "red", "star"), "above")
    single = Scene("white", Group(1, "blue", "ring"), size="small", place="in the top left corner")

    assert "We drew an orange cross above three red stars on a grey ground." in all_sentences(pair)
    assert "Three red stars below an orange cross, all on grey." in all_sentences(pair)
    assert "A small blue ring in the top left corner." in all_sentences(single)
    assert len(all_sentences(single)) == 15


@pytest.mark.parametrize("colour", COLOURS)
def test_pictures_have_their_colours(colour: str) -> None:
    """Of a large shape more than 4 % of the pixels, of another colour none."""
    for shape in SHAPES:
        pixels = np.asarray(draw(Scene("white", Group(1, colour, shape), size="large"), 96, 72))
        far = np.abs(pixels.astype(int) - COLOURS[colour]).max(axis=2)
        assert (far < 40).mean() > 0.04


def test_pairs_stand_as_they_are_said_to() -> None:
    for relation, axis in (("to the left of", 1), ("above", 0)):
        made = Scene("white", Group(2, "red", "square"), Group(2, "blue", "circle"), relation)
        pixels = np.asarray(draw(made)).astype(int)
        red = (np.abs(pixels - COLOURS["red"]).max(axis=2) < 40).nonzero()[axis]
        blue = (np.abs(pixels - COLOURS["blue"]).max(axis=2) < 40).nonzero()[axis]
        assert min(len(red), len(blue)) > 100
        assert red.max() < blue.min()


def test_texts_know_which_sentence_is_whose() -> None:
    """Whatever the seed: every picture its own sentence, two to six others, no repetition."""
    for seed in range(60):
        text = drawn_text(Random(seed), held_out=True)
        assert len(text.scenes) == 6 == len(set(text.own_sentence))
        assert 8 <= len(text.sentences) <= 12
        assert len(set(text.sentences)) == len(text.sentences)
        for one, own in zip(text.scenes, text.own_sentence, strict=True):
            assert text.sentences[own] in {sentence(one, Random(s)) for s in range(300)}


def test_combinations_kept_from_training_are_kept_from_it() -> None:
    groups = [Group(n, c, s) for n in range(1, 6) for c in COLOURS for s in SHAPES]
    assert sum(group.held_out for group in groups) == len(groups) // 9
    rng = Random(1)
    for _ in range(200):
        made = scene(rng, held_out=False)
        assert not made.first.held_out
        assert made.second is None or not made.second.held_out


def test_the_model_fits_into_the_repository() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 8_000_000
    assert (
        json.loads((FOLDER / "open_clip_config.json").read_text())["model_cfg"]["embed_dim"] == 64
    )
    assert "at their own sentence" in (FOLDER / "README.md").read_text()


def placed_right(model: ClipModel, text: DrawnText) -> int:
    """Count the pictures that assignment puts at their own sentence, from JPEG files on."""
    bodies = []
    for one in text.scenes:
        out = BytesIO()
        draw(one, 240, 180).save(out, "JPEG", quality=85)
        bodies.append(out.getvalue())
    seen = np.stack([image.vector for image in model.encode_images(bodies)]).astype(np.float32)
    told = np.stack([own.vector for own in model.encode_texts(text.sentences)]).astype(np.float32)
    _, placed = linear_sum_assignment(seen @ told.T, maximize=True)
    return int((placed == np.array(text.own_sentence)).sum())


@pytest.mark.skipif(
    find_spec("open_clip") is None, reason="the extra interleaf[clip] is not installed"
)
def test_the_model_places_pictures_it_has_never_seen() -> None:
    """Combinations kept from training, larger pictures, as JPEG, by the way the jobs take."""
    model = ClipModel(ClipSettings(model=f"local-dir:{FOLDER}", batch=6), threads=1)
    texts = [drawn_text(Random(1000 + seed), held_out=True) for seed in range(15)]

    right = sum(placed_right(model, text) for text in texts)

    assert right / 90 >= LEAST_PLACED


def test_the_library_places_drawn_pictures_at_their_sentences(tmp_path: Path) -> None:
    """As a stranger would ask it to; a file that is no picture finds no place."""
    if find_spec("open_clip") is None:
        pytest.skip("needs the extra interleaf[clip]")
    text = drawn_text(Random(3))
    files = []
    for one in text.scenes:
        out = BytesIO()
        draw(one, 240, 180).save(out, "PNG")
        files.append(out.getvalue())
    (tmp_path / "first.png").write_bytes(files[0])

    given = [tmp_path / "first.png", *files[1:], b"no picture"]
    placed = interleaf.place(text.sentences, given, model=f"local-dir:{FOLDER}")

    found = [placement.sentence for placement in placed.placements]
    assert found[-1] is None
    right = [a == b for a, b in zip(found, text.own_sentence, strict=False)]
    assert sum(right) / len(right) >= LEAST_PLACED - 0.2  # one text, not the mean of many
    assert placed.similarity.shape == (len(given), len(text.sentences))


def test_the_notebook_places_its_images() -> None:
    """Its cells but the plots, in this process, which has loaded the model already."""
    if find_spec("open_clip") is None:
        pytest.skip("needs the extra interleaf[clip]")
    notebook = json.loads((ROOT / "notebooks" / "place_images.ipynb").read_text("utf-8"))
    names: dict[str, Any] = {}
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "matplotlib" not in source:
            exec(source, names)
    placed = [one for one in names["placed"].placements if one.sentence is not None]
    assert len(placed) == len(names["images"]) > 0
