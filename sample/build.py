"""Build the sample: python -m sample.build [FOLDER], by default interleaf/sample."""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from zlib import ZLIB_RUNTIME_VERSION

from sample.capture import ROUND_STARTS, capture
from sample.site import Answer, Page, all_answers, image_urls, read_pages

PACKAGE_DATA = Path(__file__).resolve().parent.parent / "interleaf" / "sample"


def software() -> str:
    """Return the versions on which the bytes of a capture depend."""
    names = ("pillow", "brotli", "warcio")
    return ", ".join(
        [*(f"{name} {version(name)}" for name in names), f"zlib {ZLIB_RUNTIME_VERSION}"]
    )


def entry(item: str, known: list[str]) -> dict[str, object]:
    """Return one item of a truth in its published form."""
    return {"image": image_urls(item, known)} if item.startswith("@") else {"text": item}


def truth_row(page: Page, known: list[str]) -> dict[str, object]:
    """Return a page's line of truth.jsonl."""
    return {
        "url": page.url,
        "capture_day": ROUND_STARTS[page.round].date().isoformat(),
        "kind": page.kind,
        "language": page.lang,
        "http_status": page.status,
        "fate": page.truth.fate,
        "near_copy_of": page.truth.near_copy_of,
        "order": [entry(item, known) for item in page.truth.order],
        "must_not": [entry(item, known) for item in page.truth.must_not],
        "marked": [
            {**entry(item, known), "reason": reason} for item, reason in page.truth.marked.items()
        ],
    }


def build(folder: Path) -> int:
    """Write sample.warc.gz and truth.jsonl into a folder and return the number of captures."""
    pages = read_pages()
    answers: list[Answer] = all_answers(pages)
    known = [answer.url for answer in answers]
    folder.mkdir(parents=True, exist_ok=True)
    info = {
        "software": software(),
        "format": "WARC File Format 1.0",
        "isPartOf": "interleaf sample",
    }
    with (folder / "sample.warc.gz").open("wb") as out:
        captures = capture(answers, info, out)
    rows = [json.dumps(truth_row(page, known), ensure_ascii=False) for page in pages]
    (folder / "truth.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return captures


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE_DATA
    print(f"{build(target)} captures in {target}")
