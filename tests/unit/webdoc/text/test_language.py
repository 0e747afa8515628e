import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.text.language import detect

TEXTS = {
    "en": "The weather was fine, and we walked along the river until the sun went down.",
    "fr": "Il faisait beau et nous avons marché le long de la rivière jusqu'au soir.",
    "de": "Das Wetter war schön, und wir gingen am Fluss entlang, bis die Sonne unterging.",
    "es": "Hacía buen tiempo y caminamos por la orilla del río hasta que se puso el sol.",
    "zh": "今天天气很好，我们沿着河边一直走到太阳下山。",
    "pt": "O tempo estava bom e caminhámos ao longo do rio até o sol se pôr.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_languages_are_told_apart(language: str) -> None:
    found, score = detect(TEXTS[language])

    assert found == language
    assert score > 0.8


def test_breaks_and_case_do_not_matter() -> None:
    spread = TEXTS["fr"].upper().replace(" ", "\n\n")

    assert detect(spread) == detect(TEXTS["fr"].lower())


def test_only_the_first_characters_are_looked_at() -> None:
    text = TEXTS["de"] + TEXTS["en"] * 50

    assert detect(text, max_chars=len(TEXTS["de"]))[0] == "de"
    assert detect(text, max_chars=len(text))[0] == "en"


def test_a_sure_beginning_decides() -> None:
    beginning = TEXTS["de"] * 4

    assert len(beginning) > 300
    assert detect(beginning + TEXTS["en"] * 50, max_chars=5_000)[0] == "de"


def test_an_unsure_beginning_is_not_enough() -> None:
    figures = "12.5 | 17.0 | " * 25

    assert len(figures) > 300
    assert detect(figures)[1] < 0.5
    assert detect(figures + TEXTS["fr"] * 8)[0] == "fr"


@pytest.mark.parametrize("text", ["", " \n\t\u00a0", "\0\0"])
def test_nothing_has_no_language(text: str) -> None:
    assert detect(text) == ("", 0.0)


@given(st.text(st.characters(), max_size=50))
def test_any_text_has_an_answer(text: str) -> None:
    """Lone surrogates and control characters too."""
    language, score = detect(text)

    assert 0.0 <= score <= 1.0
    assert language == language.strip()
