"""Build the word lists of webdoc/text/language_packs from published packages.

Needs `pip install wordfreq==3.1.1 stopwordsiso==0.7.1` and the file that
`npm pack naughty-words@1.2.0` leaves behind:

    python scripts/build_language_packs.py naughty-words-1.2.0.tgz

The same packages give the same bytes. The spam lists are written by hand and are not touched.
"""

import json
import lzma
import re
import sys
import tarfile
import unicodedata
from pathlib import Path

import stopwordsiso
import wordfreq

LISTS = Path(__file__).resolve().parent.parent / "webdoc" / "text" / "language_packs" / "lists"
SPACED = ("en", "fr", "de", "es")
STOPWORDS_ONLY = ("id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi")
N_STOPWORDS = 300  # OBELICS' English list has 301
N_COMMON = 120_000  # coverage of real pages is in docs/decisions/rules.md

# What stopwords-iso takes from web pages and news, and what is no function word.
NOT_FUNCTION_WORDS = """
home page year years man work world high house group system president million room number state
states line order area course business government company men face head water night
school life"""
# Function characters that stopwords-iso has only inside longer words, and traditional forms.
HAN_STOPWORDS = (
    "的了是在不有和就也这那我你他她它们之与及或其但而且因为所以对于从到被把让向"
    "很都还会能可要没着过给"
    "等个里上下中来去说做又再更最只已将并若如虽则即便当由此以"
    "吗呢吧啊嗯哪什么怎谁几多少些每各另别"
    "這個們來說對為於與會沒過給裡還後從讓將並雖則麼誰幾請該時間樣無並種當"
)
# The pornographic words of the source lists. Left out: insults, curses, slurs, and what a doctor,
# birdwatcher, museum, programmer or newspaper writes (anal, tits, nude, xxx, "summa cum laude").
PORNOGRAPHIC = {
    "en": """2g1c acrotomophilia anilingus bangbros bangbus bbw blowjob blumpkin bukkake
    camgirl camslut camwhore cumming cumshot cumshots cunnilingus deepthroat dildo
    doggiestyle doggystyle dommes dvda ecchi femdom fellatio felch feltch fingerbang fisting
    footjob frotting futanari gangbang goatcx goatse gokkun handjob hentai
    jailbait jizz kinbaku livesex masturbating milf muffdiving nawashi nsfw nympho
    nymphomania omorashi orgy ponyplay poontang porn porno pthc pussy queaf rimjob rimming
    sexcam sexo shemale smut splooge spooge strapon threesome thumbzilla titties titty
    tribadism tubgirl upskirt urophilia voyeurweb voyuer worldsex yaoi yiffy
    zoophilia""",
    "fr": "branlette branler branleuse clito cramouille palucher teuch tringler turlute zigounette",
    "de": "bumsen fick ficken fotze möse pimmel pimpern porno schwanzlutscher titten wichsen",
    "es": "chupapollas follador follar mamada",
    "zh": """三级片 乳交 乳波臀浪 做爱 口交 叫床 双峰微颤 大鸡巴 射精 小骚货 小骚比 巨乳 性交
    性爱 想上你 打飞机 抽插 插你 操你妈 操逼 浪叫 淫乱 淫妇 淫水 淫荡 湿透的内裤 肉壁 肉棍子
    肉棒 肉缝 肛交 荡妇 色情 情色 阴户 骚货 骚比 骚逼 鸡巴 龟头""",
}


def split_apostrophes(words: list[str], language: str) -> list[str]:
    """French words as the rules see them: l'eau is two."""
    if language != "fr":
        return words
    return [part for word in words for part in word.replace("’", "'").split("'") if part]


def stopwords(language: str) -> list[str]:
    """Return the most frequent words of the stopword list; for Chinese its characters."""
    words = stopwordsiso.stopwords(language)
    if language == "zh":
        return sorted({w for w in words if len(w) == 1 and w >= "一"} | set(HAN_STOPWORDS))
    words = {w for w in words if w.replace("'", "").isalpha()} - set(NOT_FUNCTION_WORDS.split())
    ranked = sorted(words, key=lambda w: (-wordfreq.zipf_frequency(w, language), w))
    return sorted(dict.fromkeys(split_apostrophes(ranked, language)[:N_STOPWORDS]))


def plain_stopwords(language: str) -> list[str]:
    """Return the stopwords of a language without other lists; for Japanese its single kana."""
    words = {unicodedata.normalize("NFC", w.lower()) for w in stopwordsiso.stopwords(language)}
    words -= set(NOT_FUNCTION_WORDS.split())
    if language == "ja":
        return sorted({char for w in words for char in w if "\u3041" <= char <= "\u3096"})
    return sorted(w for w in words if re.fullmatch(r"[^\W\d_]+(?:'[^\W\d_]+)?", w))


def common(language: str) -> list[str]:
    """Return the most frequent words; for Chinese every character of the two basic sets."""
    if language == "zh":
        # GB 2312 (mainland) and Big5 (Taiwan, Hong Kong), as Python's codecs have them.
        every = (chr(code) for code in range(0x4E00, 0xA000))
        return [char for char in every if _encodes(char, "gb2312") or _encodes(char, "big5")]
    ranked = wordfreq.top_n_list(language, 10**6, wordlist="best")
    words = [word for word in ranked if word.replace("'", "").isalpha()]
    return sorted(list(dict.fromkeys(split_apostrophes(words, language)))[:N_COMMON])


def _encodes(char: str, charset: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def flagged(language: str, source: dict[str, set[str]]) -> list[str]:
    """Return the pornographic words, English ones everywhere: such pages use them."""
    own = set(PORNOGRAPHIC[language].split())
    if unknown := own - source[language]:
        sys.exit(f"{language}: not in the source list: {sorted(unknown)}")
    return sorted(own | set(PORNOGRAPHIC["en"].split()))


def read_source(tarball: str) -> dict[str, set[str]]:
    """Return the naughty-words lists by language, lower case."""
    with tarfile.open(tarball) as tar:
        lists = {}
        for language in (*SPACED, "zh"):
            file = tar.extractfile(f"package/{language}.json")
            assert file is not None
            lists[language] = {word.lower() for word in json.load(file)}
    return lists


def main(tarball: str) -> None:
    """Write all lists."""
    source = read_source(tarball)
    LISTS.mkdir(exist_ok=True)
    for language in (*SPACED, "zh"):
        for kind, words in (
            ("stopwords", stopwords(language)),
            ("flagged", flagged(language, source)),
        ):
            text = "".join(f"{word}\n" for word in words)
            (LISTS / f"{language}.{kind}.txt").write_text(text, encoding="utf-8")
        data = "".join(f"{word}\n" for word in common(language)).encode()
        packed = lzma.compress(data, preset=9 | lzma.PRESET_EXTREME)
        (LISTS / f"{language}.common.txt.xz").write_bytes(packed)
    for language in STOPWORDS_ONLY:
        text = "".join(f"{word}\n" for word in plain_stopwords(language))
        (LISTS / f"{language}.stopwords.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
