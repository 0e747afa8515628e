"""Relations and actions as scores: whose captions have none, and spaCy for who has it."""

from pathlib import Path
from typing import Any

import pytest

from webdoc.scores.captions._spacy_graph import actions_of, most_relations_of
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import ScoreSettings, load_scorer
from webdoc.settings import SettingsError

pytest.importorskip("textblob", reason="the extra 'signals' is not installed")
LONG = "A black cat is chasing a small brown bird. " * 2_400  # 103,200 characters


@pytest.mark.parametrize(
    ("text", "language", "scores"),
    [
        ("A black cat is chasing a small brown bird", "en", (3.0, 1.0)),
        ("cat", "en", (0.0, 0.0)),
        ("cat", "", (0.0, 0.0)),
        ("Ein Hund im Schnee", "de", (None, None)),
        ("一只黑猫在追一只小鸟", "en", (None, None)),
        ("", "en", (None, None)),
        (" \n", "en", (None, None)),
        ("😀" * 1_000, "en", (0.0, 0.0)),
    ],
)
def test_scores(text: str, language: str, scores: tuple[float | None, ...]) -> None:
    scorer = load_scorer("caption_complexity", "captions")
    assert scorer.score([ScoredCaption(alt_text=text, language=language)]) == [scores]


@pytest.mark.timeout(20)
def test_of_a_long_caption_the_beginning_is_looked_at() -> None:
    scorer = load_scorer("caption_complexity", "captions")
    ((relations, actions),) = scorer.score([ScoredCaption(caption=LONG, language="en")])
    assert relations == 3.0
    assert 40 <= actions <= 47  # 2,000 characters are 46 sentences and a half


def test_a_pipeline_that_is_not_there_is_refused() -> None:
    settings = ScoreSettings(
        captions=("caption_complexity",), models={"caption_complexity": "no-such-pipeline"}
    )
    with pytest.raises(SettingsError, match="no-such-pipeline"):
        load_scorer("caption_complexity", "captions", settings.models["caption_complexity"])


def test_relations_and_actions_of_a_parse(tmp_path: Path) -> None:
    """The parse is written by hand: no pipeline of spaCy can be had from a package index."""
    spacy: Any = pytest.importorskip("spacy", reason="spaCy is not installed")
    from spacy.tokens import Doc  # noqa: PLC0415

    nlp = spacy.blank("en")
    parse = Doc(
        nlp.vocab,
        words=["A", "black", "cat", "is", "chasing", "a", "small", "brown", "bird"],
        heads=[2, 2, 4, 4, 4, 8, 8, 8, 4],
        deps=["det", "amod", "nsubj", "aux", "ROOT", "det", "amod", "amod", "dobj"],
        tags=["DT", "JJ", "NN", "VBZ", "VBG", "DT", "JJ", "JJ", "NN"],
        pos=["DET", "ADJ", "NOUN", "AUX", "VERB", "DET", "ADJ", "ADJ", "NOUN"],
    )
    assert (most_relations_of(parse), actions_of(parse)) == (3, 1)

    nlp.to_disk(tmp_path / "blank")
    with pytest.raises(SettingsError, match="no parser"):
        load_scorer("caption_complexity", "captions", str(tmp_path / "blank"))
