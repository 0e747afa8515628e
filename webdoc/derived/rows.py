"""Rows of a release without some of their pictures; everything else of a row stays as it was."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

Row = dict[str, Any]  # of data/, mmc4/ or jsonl/, by column

_ALIGNMENT: Final = ("clip_caption", "clip_alt_text", "clip_neighbour")


def is_dropped(drops: Collection[str], sha256: str | None, url: str | None) -> bool:
    """Tell whether a picture goes: its SHA-256 or its address, as the row has it, is named.

    >>> is_dropped({"https://e.org/a.png"}, "", "https://e.org/a.png"), is_dropped({""}, "", None)
    (True, False)
    """
    return bool((sha256 and sha256 in drops) or (url and url in drops))


def document_without(row: Row, drops: Collection[str]) -> Row:
    """Return a row of data/ without the pictures that are named.

    Texts on both sides of such a picture stay two texts. The places in `ends_after` and the means
    of the cosines follow.

    Args:
        row: images, texts, metadata, general_metadata.
        drops: SHA-256 or addresses of pictures.
    """
    facts = json.loads(row["metadata"])
    stays = [
        fact is None or not is_dropped(drops, fact.get("sha256"), url)
        for url, fact in zip(row["images"], facts, strict=True)
    ]
    about = json.loads(row["general_metadata"])
    if "ends_after" in about:
        about["ends_after"] = _moved(about["ends_after"], stays)
    kept = [fact for fact, stay in zip(facts, stays, strict=True) if stay]
    _align(about, [fact for fact in kept if fact is not None])
    return {
        **row,
        "images": [url for url, stay in zip(row["images"], stays, strict=True) if stay],
        "texts": [text for text, stay in zip(row["texts"], stays, strict=True) if stay],
        "metadata": _json(kept),
        "general_metadata": _json(about),
    }


def mmc4_without(row: Row, drops: Collection[str]) -> Row:
    """Return a row of mmc4/ or jsonl/ without the pictures that are named, nor their similarities.

    Args:
        row: in the fields of MMC4.
        drops: SHA-256 or addresses of pictures.
    """
    stays = [not is_dropped(drops, i.get("sha256"), i["raw_url"]) for i in row["image_info"]]
    infos = [info for info, stay in zip(row["image_info"], stays, strict=True) if stay]
    changed = {
        **row,
        "image_info": infos,
        "similarity_matrix": [
            line for line, stay in zip(row["similarity_matrix"], stays, strict=True) if stay
        ],
    }
    _align(changed, infos)
    return changed


def scores_without(row: Row, drops: Collection[str]) -> Row:
    """Return a row of scores/ without the pictures that are named.

    Args:
        row: doc_id, scores, images.
        drops: SHA-256 or addresses of pictures.
    """
    images = [one for one in row["images"] if not is_dropped(drops, one["sha256"], None)]
    return {**row, "images": images}


def _moved(ends: list[int], stays: list[bool]) -> list[int]:
    """Return where texts end among the parts that stay: at the last one before the end."""
    moved = (sum(stays[: end + 1]) - 1 for end in ends)
    return sorted({end for end in moved if end >= 0})


def _align(about: Row, pictures: list[Mapping[str, Any]]) -> None:
    """Measure anew how alike the pictures and their texts are, where that was measured before."""
    if about.get("clip_mean") is None:
        return
    cosines = [[one[key] for key in _ALIGNMENT if one.get(key) is not None] for one in pictures]
    best = [max(values) for values in cosines if values]
    found = {"clip_mean": sum(best) / len(best), "clip_min": min(best)} if best else {}
    for key in ("clip_mean", "clip_min"):
        if key in found:
            about[key] = found[key]
        else:
            about.pop(key, None)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
