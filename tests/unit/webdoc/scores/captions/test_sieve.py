"""Sieve: the text of a picture beside captions that a model wrote, by tiny models made here."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from webdoc.scores.captions._sieve import captions_by_picture, sieve_score, without_medium
from webdoc.scores.scored_caption import ScoredCaption
from webdoc.scores.scorer import load_scorer
from webdoc.settings import SettingsError

WORDS = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "the", "dog", "cat", "in", "snow", "runs",
    "house", "red", "of",
]  # fmt: skip
SHA = "ab" * 32


class Letters:
    """An encoder whose vectors count letters, so that cosines can be worked out by hand."""

    def vectors(self, texts: list[str]) -> Any:
        counts = np.array([[text.count(letter) for letter in "abc"] for text in texts], dtype=float)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A photo of a dog", "a dog"),
        ("an image of the sea", "the sea"),
        ("Stock photo", ""),
        ("dog, stock photo", "dog,"),
        ("Photography class", "Photography class"),
        ("Images of dogs", "Images of dogs"),
    ],
)
def test_what_calls_it_a_picture_is_left_out(text: str, left: str) -> None:
    assert without_medium(text) == left


@pytest.mark.parametrize(
    ("texts", "written", "score"),
    [
        (["ab"], ["aa", "bb", "cc"], 0.7071),  # the greatest, not the mean
        (["cc", "a"], ["aa"], 1.0),  # of both texts the better one
        (["a"], ["c"], 0.0),
        (["a photo of aa"], ["aa"], 1.0),
        (["photo"], ["aa"], None),
        (["a"], [], None),
        (["a"], ["!!", ""], None),
        ([], ["a"], None),
    ],
)
def test_the_greatest_cosine(texts: list[str], written: list[str], score: float | None) -> None:
    assert sieve_score(Letters(), texts, written) == score  # type: ignore[arg-type]


def test_captions_are_read_from_either_form(tmp_path: Path) -> None:
    rows = [{"sha256": SHA.upper(), "captions": ["a dog", "a cat"]}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet")
    lines = [{"sha256": SHA, "captions": "a dog"}, {"sha256": SHA, "captions": ["a cat"]}]
    (tmp_path / "c.jsonl").write_text("\n\n".join(map(json.dumps, lines)))

    for name in ("c.parquet", "c.jsonl"):
        assert captions_by_picture(str(tmp_path / name)) == {SHA: ["a dog", "a cat"]}


@pytest.mark.parametrize("text", ["[1]", '{"sha256": "a"}', "no JSON", '{"captions": 3}'])
def test_other_tables_are_refused_in_words(text: str, tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text(text)
    with pytest.raises(SettingsError, match="Each row of a"):
        captions_by_picture(str(tmp_path / "c.jsonl"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read as TOML"),
        ("captions = ", "cannot be read as TOML"),
        ('captoins = "x"', "has the keys captoins"),
        ("captions = 3", "has the keys captions"),
        ("", "of none"),
    ],
)
def test_a_file_that_names_something_else_is_refused(
    text: str | None, said: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "sieve.toml").write_text(text)
    with pytest.raises(SettingsError, match=said):
        load_scorer("sieve", "captions", str(tmp_path / "sieve.toml"))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer, by chance."""
    transformers = pytest.importorskip("transformers", reason="the extra 'signals' is missing")
    torch = pytest.importorskip("torch", reason="the extra 'signals' is missing")
    folder = tmp_path_factory.mktemp("encoder")
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=32,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(folder)
    return folder


def test_with_an_encoder_of_hugging_face(encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text(json.dumps({"sha256": SHA, "captions": ["the red house"]}))
    (tmp_path / "sieve.toml").write_text(f'captions = "c.jsonl"\nencoder = "{encoder}"')
    scorer = load_scorer("sieve", "captions", str(tmp_path / "sieve.toml"))
    long = "dog " * 25_000

    same, other, alone, unknown, empty, endless = scorer.score(
        [
            ScoredCaption(SHA, caption="A photo of the red house"),
            ScoredCaption(SHA, alt_text="a dog runs in snow"),
            ScoredCaption(SHA, alt_text="\ud800 😀"),
            ScoredCaption("cd" * 32, caption="the red house"),
            ScoredCaption(SHA),
            ScoredCaption(SHA, caption=long),
        ]
    )

    assert same == (1.0,)
    assert other[0] < 1
    assert alone == unknown == empty == (None,)
    assert endless[0] < 1
    assert scorer.score([ScoredCaption(SHA, alt_text="a dog runs in snow")]) == [other]


def test_with_a_captioner(encoder: Path, tmp_path: Path) -> None:
    """A BLIP of one layer writes nonsense, the same at each start and in any order."""
    transformers = pytest.importorskip("transformers")
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = transformers.BlipConfig(
        text_config={
            **small, "vocab_size": len(WORDS), "intermediate_size": 16, "encoder_hidden_size": 16,
            "max_position_embeddings": 32, "bos_token_id": 2, "eos_token_id": 3, "sep_token_id": 3,
            "pad_token_id": 0,
        },
        vision_config={**small, "image_size": 32, "patch_size": 16, "intermediate_size": 16},
        projection_dim=16,
    )  # fmt: skip
    folder = tmp_path / "blip"
    transformers.BlipForConditionalGeneration(config).save_pretrained(folder)
    size = {"height": 32, "width": 32}
    tokenizer = transformers.BertTokenizer(str(encoder / "vocab.txt"))
    images = transformers.BlipImageProcessor(size=size)
    transformers.BlipProcessor(images, tokenizer).save_pretrained(folder)
    (tmp_path / "made.toml").write_text(f'captioner = "blip"\nencoder = "{encoder}"')
    pictures = []
    for colour in ("red", "blue"):
        out = BytesIO()
        Image.new("RGB", (40, 60), colour).save(out, "PNG")
        pictures.append(out.getvalue())
    shown = [
        ScoredCaption(str(n) * 64, caption="a red house", picture=body)
        for n, body in enumerate([*pictures, b"no picture"])
    ]

    scorer = load_scorer("sieve_captioner", "captions", str(tmp_path / "made.toml"))
    found = scorer.score(shown)
    again = load_scorer("sieve_captioner", "captions", str(tmp_path / "made.toml"))

    assert [len(scorer._written[one.sha256]) for one in shown] == [8, 8, 0]
    assert all(-1 <= score[0] <= 1 for score in found[:2])
    assert found[2] == (None,)
    assert scorer.score([ScoredCaption("0" * 64)]) == [(None,)]
    assert again.score(shown[::-1]) == found[::-1]
    assert again.revision == scorer.revision


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    pytest.importorskip("transformers", reason="the extra 'signals' is missing")
    (tmp_path / "c.jsonl").write_text("")
    (tmp_path / "sieve.toml").write_text(f'captions = "c.jsonl"\nencoder = "{tmp_path}"')
    with pytest.raises(SettingsError, match=r"the text encoder .* cannot be loaded"):
        load_scorer("sieve", "captions", str(tmp_path / "sieve.toml"))
