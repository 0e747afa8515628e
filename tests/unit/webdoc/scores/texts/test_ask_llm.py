"""Ask-LLM with small language models that are made here: it gives what the bare ones give."""

from pathlib import Path

import pytest

from tests.unit.webdoc.scores.texts.test_model_scorers import stand_in
from webdoc.scores.scorer import ScoredText, load_scorer
from webdoc.settings import SettingsError

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "yes", "no", "good", "bad", "#", "text"]
TEXTS = [ScoredText(text) for text in ("good text", "bad", "", " \n", "good " * 3_000)]


def language_model(folder: Path, kind: str) -> str:
    """Write a small T5 or GPT-2 with weights by chance."""
    transformers = pytest.importorskip("transformers", reason="needs interleaf[signals]")
    torch = pytest.importorskip("torch")
    torch.manual_seed(4)
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    size = len(WORDS)
    if kind == "t5":
        config = transformers.T5Config(
            vocab_size=size, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2,
            decoder_start_token_id=0, pad_token_id=0,
        )  # fmt: skip
        transformers.T5ForConditionalGeneration(config).save_pretrained(folder)
    else:
        config = transformers.GPT2Config(
            vocab_size=size, n_embd=16, n_layer=1, n_head=2, n_positions=1024
        )
        transformers.GPT2LMHeadModel(config).save_pretrained(folder)
    return str(folder)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["t5", "gpt2"])
def test_the_answer_is_that_of_the_bare_model(tmp_path: Path, kind: str) -> None:
    path = language_model(tmp_path / "model", kind)
    found = load_scorer("ask_llm", "texts", path).score(TEXTS)

    import torch  # noqa: PLC0415 - seconds
    from transformers import (  # noqa: PLC0415 - likewise
        AutoModelForCausalLM,
        AutoModelForSeq2SeqLM,
        AutoTokenizer,
    )

    model = (AutoModelForSeq2SeqLM if kind == "t5" else AutoModelForCausalLM).from_pretrained(path)
    question = (
        "###\ngood text\n###\n\nDoes the previous paragraph demarcated within ### and ### contain"
        " informative signal for pre-training a large-language model? An informative datapoint"
        " should be well-formatted, contain some usable knowledge of the world, and strictly NOT"
        " have any harmful, racist, sexist, etc. content.\n\nOPTIONS:\n- yes\n- no\n"
    )
    ids = AutoTokenizer.from_pretrained(path)(question, return_tensors="pt")["input_ids"]
    more = {"decoder_input_ids": torch.tensor([[0]])} if kind == "t5" else {}
    with torch.inference_mode():
        bare = model.eval()(input_ids=ids, **more).logits[0, -1].softmax(-1)[WORDS.index("yes")]
    assert found[0][0] == pytest.approx(float(bare), abs=1e-4)
    assert found[2] == found[3] == (None,)
    assert found[4][0] is not None  # of a long text the beginning


@pytest.mark.slow
def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = stand_in(tmp_path / "classifier", ["bad", "good"])
    with pytest.raises(SettingsError, match="BertForSequenceClassification, and ask_llm wants"):
        load_scorer("ask_llm", "texts", path)
