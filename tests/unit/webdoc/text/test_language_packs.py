import pytest

from webdoc.text.language_packs import LANGUAGES, load_pack
from webdoc.text.measures import Measures, Reading
from webdoc.text.vocabulary import Vocabulary

# Written for this test: ordinary prose, and what is wrong with a page, in each language.
PROSE = {
    "en": "The old mill stands where the road crosses the river. Every spring the farmers from the "
    "village bring their grain, and the miller's daughter writes the weight into a book. She "
    "has done so for more than twenty years, and her figures have never been wrong.",
    "fr": "Le vieux moulin se trouve là où la route traverse la rivière. Chaque printemps, les "
    "paysans du village y apportent leur grain, et la fille du meunier note le poids dans un "
    "cahier. Elle le fait depuis plus de vingt ans, et ses chiffres n'ont jamais été faux. "
    "Aujourd'hui, l'eau est haute.",
    "de": "Die alte Mühle steht dort, wo die Straße den Fluss überquert. In jedem Frühling bringen "
    "die Bauern aus dem Dorf ihr Getreide, und die Tochter des Müllers schreibt das Gewicht in "
    "ein Buch. Das macht sie seit mehr als zwanzig Jahren, und ihre Zahlen waren nie falsch.",
    "es": "El viejo molino está donde el camino cruza el río. Cada primavera los campesinos del "
    "pueblo traen su grano, y la hija del molinero apunta el peso en un libro. Lo hace desde "
    "hace más de veinte años, y sus cifras nunca han estado equivocadas.",
    "zh": "老磨坊就在大路过河的地方。每年春天，村里的农民都会把粮食送到这里来，磨坊主的女儿把重量"
    "写在本子上。她这样做已经有二十多年了，她写的数字从来没有错过。现在河水很高，桥也快修好了。",
}
TRADITIONAL = (
    "老磨坊就在大路過河的地方。每年春天，村裡的農民都會把糧食送到這裡來，磨坊主的女兒把重量寫在"
    "本子上。她這樣做已經有二十多年了，她寫的數字從來沒有錯過。"
)
KEYWORDS = {
    "en": "Cheap shoes running trainers leather boots sandals discount outlet store sale",
    "fr": "Chaussures baskets bottes cuir sandales soldes boutique prix livraison gratuite",
    "de": "Schuhe Stiefel Sandalen Leder Rabatt Versand kostenlos Angebote Marken Turnschuhe",
    "es": "Zapatos botas sandalias cuero descuento tienda ofertas envío gratis zapatillas",
    "zh": "皮鞋靴子凉鞋打折商店运动鞋特价名牌品牌女鞋男鞋童鞋批发厂家",
}
SPAM = {
    "en": "Share on Facebook, tweet, log in or subscribe to our newsletter",
    "fr": "Partager sur Facebook, connexion, abonnez-vous à la newsletter",
    "de": "Auf Facebook teilen, anmelden, Newsletter abonnieren, Cookies",
    "es": "Compartir en Facebook, iniciar sesión, suscríbete al boletín",
    "zh": "分享到微信，登录，注册，关注我们的公众号",
}


def measured(language: str, text: str) -> Measures:
    vocabulary = Vocabulary(
        load_pack(language),
        special_spaces=False,
        special_digits=False,
        marks=",;:?!.。，、；：？！",
    )
    reading = Reading([text], vocabulary)
    return reading.together([True], 10, 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_prose_looks_like_prose(language: str) -> None:
    result = measured(language, PROSE[language])

    assert result.stopword_share > 0.35
    assert result.common_share > 0.95
    assert result.flagged_share == 0.0
    assert result.spam_share < 0.05
    assert result.punctuation_share > 0.05


@pytest.mark.parametrize("language", LANGUAGES)
def test_keywords_do_not(language: str) -> None:
    assert measured(language, KEYWORDS[language]).stopword_share < 0.1


@pytest.mark.parametrize("language", LANGUAGES)
def test_share_bars_and_logins_are_spam(language: str) -> None:
    assert measured(language, SPAM[language]).spam_share > 0.3


def test_traditional_chinese_is_chinese() -> None:
    result = measured("zh", TRADITIONAL)

    assert result.stopword_share > 0.3
    assert result.common_share > 0.95


def test_french_is_divided_at_apostrophes_and_english_is_not() -> None:
    assert measured("fr", "L’eau d'ici").words == 4
    assert measured("en", "Don’t").words == 1


def test_japanese_is_not_chinese() -> None:
    assert measured("zh", "これはペンです。それはとてもきれいなものです。").common_share < 0.2


@pytest.mark.parametrize(
    "word", ["sex", "breast", "nude", "rape", "cum", "tits", "cock", "anal", "xxx"]
)
def test_words_of_doctors_newspapers_and_birdwatchers_are_not_flagged(word: str) -> None:
    assert word not in load_pack("en").flagged


@pytest.mark.parametrize("language", LANGUAGES)
def test_pornographic_words_are_flagged_in_every_language(language: str) -> None:
    assert measured(language, "hentai " * 3).flagged_share == 1.0
    assert measured("zh", "色情网站").flagged_share == 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_clean(language: str) -> None:
    """Lower case, no empty words, none that stripping would change: such never match."""
    pack = load_pack(language)
    for words in (pack.stopwords, pack.flagged, pack.common, pack.spam):
        assert words
        assert all(word == word.lower().strip() and word for word in words)


def test_a_language_without_a_pack_is_named() -> None:
    with pytest.raises(ValueError, match=r"no language pack for 'xx'\. There are: en, fr"):
        load_pack("xx")
