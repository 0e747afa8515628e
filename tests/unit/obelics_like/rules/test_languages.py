"""Prose of every language with stopwords passes the default rules; keywords do not pass for it."""

import pytest

from obelics_like.rules.mark_document import Rules, mark_page
from obelics_like.settings import load_settings
from webdoc.page.document import Document, Node
from webdoc.reasons import Reason
from webdoc.text.language_packs import LANGUAGES, STOPWORD_LANGUAGES, bare_pack, load_pack
from webdoc.text.measures import Reading
from webdoc.text.vocabulary import Vocabulary

# Written for this test.
PROSE = {
    "id": "Kincir tua itu berdiri di tempat jalan menyeberangi sungai. Setiap tahun para "
    "petani dari desa membawa gandum mereka ke sana, dan anak perempuan pemiliknya "
    "mencatat beratnya dalam buku.",
    "it": "Il vecchio mulino si trova dove la strada attraversa il fiume. Ogni primavera i "
    "contadini del paese portano il loro grano, e la figlia del mugnaio scrive il peso "
    "in un libro.",
    "ja": "古い水車小屋は、道が川を渡るところに立っています。毎年の春になると、村の人たちが麦を持っ"
    "てきて、その家の娘が重さを本に書きます。それはもう二十年も続いています。",
    "ko": "오래된 방앗간은 길이 강을 건너는 곳에 있습니다. 해마다 봄이 되면 마을 "
    "농부들이 곡식을 가져오고, 방앗간 주인의 딸이 그 무게를 책에 적습니다. 이 "
    "일은 스무 해 넘게 계속되었습니다.",
    "nl": "De oude molen staat waar de weg de rivier kruist. Elk voorjaar brengen de boeren "
    "uit het dorp hun graan, en de dochter van de molenaar schrijft het gewicht in een "
    "boek.",
    "pl": "Stary młyn stoi tam, gdzie droga przecina rzekę. Każdej wiosny rolnicy ze wsi "
    "przywożą do niego swoje zboże, a córka młynarza zapisuje jego wagę w książce. Robi"
    " to od dwudziestu lat.",
    "pt": "O velho moinho fica onde a estrada atravessa o rio. Em cada primavera os "
    "camponeses da aldeia trazem o seu grão, e a filha do moleiro escreve o peso num "
    "livro há mais de vinte anos.",
    "ru": "Старая мельница стоит там, где дорога пересекает реку. Каждую весну крестьяне из "
    "деревни привозят сюда своё зерно, и дочь мельника записывает его вес в книгу уже "
    "больше двадцати лет.",
    "tr": "Eski değirmen, yolun nehri geçtiği yerde duruyor. Her bahar köydeki çiftçiler "
    "tahıllarını oraya getirir ve değirmencinin kızı bunların ağırlığını bir deftere "
    "yazar.",
    "uk": "Старий млин стоїть там, де дорога перетинає річку. Кожної весни селяни з села "
    "привозять сюди своє зерно, і донька мельника записує його вагу в книгу вже більше "
    "ніж двадцять років.",
    "vi": "Cái cối xay cũ nằm ở nơi con đường đi qua dòng sông. Mỗi mùa xuân, những người "
    "nông dân trong làng mang lúa của họ đến, và con gái của người chủ ghi cân nặng vào"
    " một cuốn sổ.",
}
KEYWORDS = {
    "it": "Scarpe stivali sandali pelle sconto negozio prezzi spedizione gratuita marche",
    "nl": "Schoenen laarzen sandalen leer korting winkel verzending merken sneakers",
    "pl": "Buty kozaki sandały skóra rabat sklep wyprzedaż darmowa dostawa marki",
    "pt": "Sapatos botas sandálias couro desconto loja promoção entrega marcas",
    "ru": "Обувь сапоги сандалии кожа скидка магазин распродажа доставка бренды",
}
DEFAULT = Rules.load(load_settings())
HINDI = "पुरानी चक्की वहाँ खड़ी है जहाँ सड़क नदी को पार करती है। हर वसंत में गाँव के किसान अपना अनाज यहाँ लाते हैं।"


def page(text: str) -> Document:
    return Document("d1", "https://e.org/", nodes=(Node("text", text, tag="p"),))


@pytest.mark.parametrize("language", STOPWORD_LANGUAGES)
def test_prose_passes(language: str) -> None:
    document = mark_page(page(PROSE[language]), DEFAULT)

    assert (document.language, document.reject_reason) == (language, None)
    assert document.nodes[0].reject_reason is None


@pytest.mark.parametrize("language", KEYWORDS)
def test_keywords_are_no_prose(language: str) -> None:
    vocabulary = Vocabulary(
        load_pack(language), special_spaces=False, special_digits=False, marks=".,"
    )

    measured = Reading([KEYWORDS[language], PROSE[language]], vocabulary).each(10, 5)

    assert measured.stopword_share[0] < 0.1
    assert measured.stopword_share[1] > 0.25


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"judge_without_pack": True}, None),
        ({}, Reason.DOCUMENT_NO_LANGUAGE_PACK),
        ({"keep_without_pack": True}, None),
    ],
)
def test_a_language_without_lists(settings: dict[str, bool], reason: Reason | None) -> None:
    names = ("judge_without_pack", "keep_without_pack")
    chosen = [f"language.{name}={str(settings.get(name, False)).lower()}" for name in names]
    rules = Rules.load(load_settings(assignments=[*chosen, 'language.accept=["*"]']))

    document = mark_page(page(HINDI), rules)

    assert (document.language, document.reject_reason) == ("hi", reason)


def test_rules_without_lists_still_judge() -> None:
    rules = Rules.load(load_settings(assignments=['language.accept=["*"]']))
    repeated = " ".join([HINDI] * 4)

    document = mark_page(page(repeated), rules)

    assert document.nodes[0].reject_reason == Reason.PARAGRAPH_WORD_REPETITION


def test_one_judge_serves_all_languages_without_lists() -> None:
    assert DEFAULT.judge("hi") is DEFAULT.judge("th")
    assert DEFAULT.judge("hi") is not DEFAULT.judge("en")


def test_scripts_without_spaces_have_a_word_a_character() -> None:
    vocabulary = Vocabulary(bare_pack("th"), special_spaces=False, special_digits=False, marks="")

    assert Reading(["สวัสดี ok"], vocabulary).words() == [7]


def test_packs_of_both_kinds_are_no_strangers() -> None:
    assert set(LANGUAGES).isdisjoint(STOPWORD_LANGUAGES)
    assert all(load_pack(language).stopwords for language in STOPWORD_LANGUAGES)
