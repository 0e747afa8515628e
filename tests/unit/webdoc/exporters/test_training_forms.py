"""Rows of the forms that trainers read, of one document with and without all of its bytes."""

import json
from base64 import b64decode
from dataclasses import replace

import pytest

from webdoc.exporters.llava import LLAVA, two_turns
from webdoc.exporters.mds import MDS
from webdoc.exporters.open_flamingo import OPEN_FLAMINGO
from webdoc.exporters.webdataset import ENERGON, WEBDATASET
from webdoc.release.exporter import Exporter
from webdoc.release.published import PublishedDocument, PublishedPart
from webdoc.release.reserved import count_tokens, escape, without_reserved
from webdoc.release.sample_files import SampleFiles

DOC_ID = "00112233445566778899aabbccddeeff"
PICTURES = (
    PublishedPart(
        None, "https://e.org/a.jpg", "aa.jpg", {"sha256": "aa", "alt_text": "Ă"}, b"jpeg"
    ),
    PublishedPart(None, "https://e.org/b", "bb", {"sha256": "bb"}, b"?"),
)
TEXT, END = PublishedPart("One <image> tag"), PublishedPart("Two")
DOCUMENT = PublishedDocument(
    (TEXT, *PICTURES, END, PICTURES[0]), {"doc_id": DOC_ID, "url": "https://e.org/"}
)


def made(exporter: Exporter, document: PublishedDocument = DOCUMENT) -> SampleFiles:
    assert exporter.row
    row = exporter.row(document)
    assert isinstance(row, SampleFiles)
    return row


def test_webdataset_names_members_whole() -> None:
    row = made(WEBDATASET)
    page = json.loads(row.text)
    assert row.key == DOC_ID
    assert row.names == ("00.jpg", "01.bin", "02.jpg")
    assert row.bodies == (b"jpeg", b"?", b"jpeg")
    assert page["texts"] == ["One <image> tag", None, None, "Two", None]
    assert page["images"] == [
        None, f"{DOC_ID}.00.jpg", f"{DOC_ID}.01.bin", None, f"{DOC_ID}.02.jpg",
    ]  # fmt: skip
    assert page["image_facts"][1]["alt_text"] == "Ă"


def test_energon_names_what_follows_the_key() -> None:
    page = json.loads(made(ENERGON).text)
    assert page["images"] == [None, "00.jpg", "01.bin", None, "02.jpg"]


@pytest.mark.parametrize("doc_id", ["a.b", "a/b", "x" * 61, "é", ""])
def test_a_key_has_no_dot(doc_id: str) -> None:
    row = made(WEBDATASET, replace(DOCUMENT, facts={"doc_id": doc_id}))
    assert len(row.key) == 32
    assert set(row.key) <= set("0123456789abcdef")


def test_mds_says_where_bytes_begin() -> None:
    assert MDS.row
    row = MDS.row(DOCUMENT)
    parts = json.loads(row.sequence)
    assert parts[0] == {"text": "One <image> tag"}
    found = [row.images[p["offset"] : p["offset"] + p["size_bytes"]] for p in parts if "image" in p]
    assert found == [b"jpeg", b"?", b"jpeg"]
    assert (row.doc_id, row.url) == (DOC_ID, "https://e.org/")


def test_open_flamingo_gets_bytes_or_no_picture() -> None:
    infos = [{"sha256": digest, "matched_sim": 0.5} for digest in ("gone", "bb", "aa")]
    placed = {
        "text_list": ["a <image>", "b <|endofchunk|>"],
        "image_info": infos,
        "similarity_matrix": [[1, 2], [3, 4], [5, 6]],
    }
    document = without_reserved(replace(DOCUMENT, placed=placed), OPEN_FLAMINGO.reserved)
    row = made(OPEN_FLAMINGO, document)
    page = json.loads(row.text)
    assert row.key == "00112233-4455-6677-8899-aabbccddeeff"
    assert [b64decode(info["image_base64"]) for info in page["image_info"]] == [b"?", b"jpeg"]
    assert page["similarity_matrix"] == [[3, 4], [5, 6]]
    assert page["text_list"] == ["a &lt;image&gt;", "b &lt;|endofchunk|&gt;"]


def test_llava_has_a_marker_for_each_picture() -> None:
    assert LLAVA.row
    row = LLAVA.row(without_reserved(DOCUMENT, LLAVA.reserved))
    page, other = json.loads(row.llava), json.loads(row.messages)
    assert page["image"] == ["pictures/aa/aa.jpg", "pictures/bb/bb", "pictures/aa/aa.jpg"]
    assert [turn["from"] for turn in page["conversations"]] == ["human", "gpt"]
    assert [turn["value"] for turn in page["conversations"]] == [
        "One &lt;image&gt; tag",
        "<image>\n<image>\nTwo\n<image>",
    ]
    assert other["images"] == page["image"]
    assert other["messages"][0]["role"] == "assistant"
    assert other["messages"][0]["content"].count("<image>") == 3


@pytest.mark.parametrize(
    ("letters", "cut"),
    [
        ("ti", ("t", "i")),
        ("it", ("i", "t")),
        ("iitt", ("ii", "tt")),
        ("itit", ("it", "it")),
        ("ttiti", ("tt", "iti")),
        ("tt", ("t", "t")),
        ("t", None),
        ("ii", None),
        ("", None),
    ],
)
def test_no_lone_marker_stands_inside_a_turn(letters: str, cut: tuple[str, str] | None) -> None:
    parts = tuple(TEXT if letter == "t" else PICTURES[0] for letter in letters)
    turns = two_turns(parts)
    shown = turns and tuple("".join("t" if p.text else "i" for p in turn) for turn in turns)
    assert shown == cut
    assert not shown or all(turn.count("i") != 1 or turn[0] == "i" for turn in shown)


def test_tokens_are_counted_and_written_harmlessly() -> None:
    assert count_tokens(DOCUMENT, ["<image>", "Two"]) == 2
    assert escape("[IMG] and <video>", ["[IMG]", "<video>"]) == ("[ IMG] and &lt;video&gt;", 2)
    assert escape("nothing", ["<image>"]) == ("nothing", 0)
