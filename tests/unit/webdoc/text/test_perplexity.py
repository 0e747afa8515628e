import sys
from math import log10
from pathlib import Path

import pytest

from obelics_like.rules.mark_document import Rules
from obelics_like.rules.settings import PerplexityRules, RuleSettings
from webdoc.text.perplexity import PerplexityModel, normalised

# Two words, the end of a sentence, and one pair of words, each with its log10 probability.
ARPA = """\\data\\
ngram 1=5
ngram 2=1

\\1-grams:
-1.0\t<unk>
0\t<s>\t0
-0.5\t</s>
-0.25\tthe\t0
-2.0\tmill\t0

\\2-grams:
-0.1\tthe mill

\\end\\
"""


@pytest.fixture
def arpa(tmp_path: Path) -> str:
    pytest.importorskip("kenlm", reason="the extra interleaf[perplexity] is not installed")
    pytest.importorskip("sentencepiece", reason="the extra is not installed")
    path = tmp_path / "tiny.arpa"
    path.write_text(ARPA)
    return str(path)


@pytest.mark.parametrize(
    ("text", "log_probabilities"),
    [
        ("the mill", [-0.25, -0.1, -0.5]),
        ("mill the", [-2.0, -0.25, -0.5]),
        ("the\n\nthe", [-0.25, -0.25, -0.5]),
        ("unheard", [-1.0, -0.5]),
        ("", [-0.5]),
    ],
)
def test_perplexity_is_that_of_the_model(
    arpa: str, text: str, log_probabilities: list[float]
) -> None:
    measured = PerplexityModel(arpa).perplexity(text)

    mean = sum(log_probabilities) / len(log_probabilities)
    assert log10(measured) == pytest.approx(-mean, abs=0.02)  # one decimal is kept
    assert measured == round(measured, 1)


def test_text_is_normalised_without_gluing_words() -> None:
    assert (
        normalised(" In\u00a01998,\n\nthe «mill»\u200b — １２ ！") == 'In 0000, the "mill"  -  00 !'
    )


def test_a_missing_model_is_one_sentence(arpa: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the perplexity model .*none\.arpa is missing"):
        PerplexityModel(str(tmp_path / "none.arpa"))
    with pytest.raises(ValueError, match=r"the perplexity model .*none\.model is missing"):
        PerplexityModel(arpa, str(tmp_path / "none.model"))


def test_a_file_that_is_no_model_is_one_sentence(arpa: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.arpa"
    broken.write_text("this is no model")

    with pytest.raises(ValueError, match=r"broken.arpa is no KenLM model"):
        PerplexityModel(str(broken))
    with pytest.raises(ValueError, match=r"broken.arpa is no SentencePiece model"):
        PerplexityModel(arpa, str(broken))


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kenlm", None)

    with pytest.raises(ValueError, match="pip install 'interleaf\\[perplexity\\]'"):
        PerplexityModel("any.arpa")


def test_rules_load_the_model_and_say_so(arpa: str) -> None:
    rules = Rules.load(RuleSettings(perplexity=PerplexityRules(kenlm_model=arpa)))

    assert rules.notes()[0] == "perplexity: judged in documents of language en only"
