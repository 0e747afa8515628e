"""Releases of a few documents, written by hand: what commands on releases are tested with."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image as Picture

from obelics_like.release.card import card_text
from obelics_like.release.facts import ReleaseFacts
from obelics_like.settings import ObelicsSettings
from webdoc.arrow import to_batch
from webdoc.duplicates.near_duplicates import NearCopy
from webdoc.exporters.documents import ReleaseRow
from webdoc.exporters.mmc4 import ImageInfo, Mmc4Row, mmc4_line
from webdoc.release.published_settings import published_settings
from webdoc.tables.images import ImageBytes, PublishedImage


def doc_id(number: int) -> str:
    return f"{number:032x}"


def png(number: int) -> bytes:
    out = io.BytesIO()
    Picture.new("RGB", (8 + number, 6), (number, 0, 0)).save(out, "PNG")
    return out.getvalue()


def digest(number: int) -> str:
    return hashlib.sha256(png(number)).hexdigest()


def picture(number: int, host: str = "pictures.example") -> dict[str, Any]:
    return {
        "src": f"https://{host}/{number}.png",
        "sha256": digest(number),
        "perceptual_hash": f"{number:016x}",
        "format": "png",
        "credit": f"Photo {number}",
    }


def row(number: int, pictures: list[dict[str, Any]], host: str = "site.example") -> ReleaseRow:
    """A document: a text, its pictures, a text."""
    about = {
        "url": f"https://{host}/{number}",
        "doc_id": doc_id(number),
        "title": f"Page {number}",
        "language": "en" if number % 2 else "de",
    }
    return ReleaseRow(
        (None, *(p["src"] for p in pictures), None),
        (f"Text of page {number}", *(None for _ in pictures), f"End of {number}"),
        json.dumps([None, *pictures, None]),
        json.dumps(about),
    )


def mmc4_of(document: ReleaseRow) -> Mmc4Row:
    about = json.loads(document.general_metadata)
    infos = [
        ImageInfo(
            f"{p['sha256']}.png", p["src"], 0, 0.3, None, p["sha256"], 8, 6, "", "", "page",
            None, None, 0.25, None, (), None, None, None,
        )
        for p in json.loads(document.metadata)
        if p
    ]  # fmt: skip
    return Mmc4Row(
        about["url"],
        tuple(text for text in document.texts if text),
        tuple(infos),
        tuple((0.3, 0.1) for _ in infos),
        0,
        about["doc_id"],
        "",
        about["language"],
        0.3,
        0.25,
    )


def write(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_batches([to_batch(rows, type(rows[0]))]), path)


def small_release(
    folder: Path,
    files: list[list[ReleaseRow]],
    pictures: list[list[int]],
    *,
    copies: tuple[NearCopy, ...] = (),
    mmc4: bool = False,
) -> Path:
    """Write a release.

    Args:
        folder: of it.
        files: the documents of each file.
        pictures: the numbers of the pictures in each file.
        copies: rows of clusters/.
        mmc4: whether it has mmc4/ and jsonl/ too, as of the MMC4 path.
    """
    for number, rows in enumerate(files):
        part = f"{number:05d}-of-{len(files):05d}"
        write(folder / f"data/train-{part}.parquet", rows)
        if mmc4:
            own = [mmc4_of(one) for one in rows]
            write(folder / f"mmc4/train-{part}.parquet", own)
            lines = folder / f"jsonl/docs_shard-{part}.jsonl"
            lines.parent.mkdir(exist_ok=True)
            lines.write_text("".join(f"{mmc4_line(one)}\n" for one in own), "utf-8")
    for number, numbers in enumerate(pictures):
        stored = [
            PublishedImage(
                digest(n), f"https://pictures.example/{n}.png", "png", 8 + n, 6, len(png(n)),
                ImageBytes(png(n), f"{digest(n)}.png"),
            )
            for n in numbers
        ]  # fmt: skip
        write(folder / f"images/train-{number:05d}-of-{len(pictures):05d}.parquet", stored)
    if copies:
        write(folder / "clusters/train-00000-of-00001.parquet", list(copies))
    documents = [one for rows in files for one in rows]
    shown = sum(len(json.loads(one.metadata)) - 2 for one in documents)
    settings = ObelicsSettings()
    facts = ReleaseFacts(settings, "0.1.0", (), (), (), (("en", 7),), (), (), ())
    texts = {
        "README.md": card_text(facts),
        "settings.toml": published_settings(settings),
        "attribution.csv": "page_url,page_title,image_url,licence,licence_source,credit\n",
        "archives.csv": 'warc_filename,pages,images,robots,others\n"a.warc.gz",9,9,0,0\n',
        "funnel.csv": "level,reason,count,words,text_bytes\n"
        f"document,kept,{len(documents)},900,9000\ndocument,document_words,2,9,90\n"
        f"text,kept,{2 * len(documents)},900,9000\nimage,kept,{shown},0,0\n",
    }
    if mmc4:
        texts["similarity.csv"] = f"placed,from,count\n1,0.30,{shown}\n"
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    (folder / "SHA256SUMS").write_text(
        "".join(f"{sha256_of(p)}  {p.relative_to(folder)}\n" for p in paths)
    )
    return folder


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def documents_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the rows of data/ by doc_id."""
    rows = [row for f in sorted(folder.glob("data/*")) for row in pq.read_table(f).to_pylist()]
    found = {json.loads(row["general_metadata"])["doc_id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def pictures_in(folder: Path) -> list[str]:
    """Return the hashes in images/; each is that of the bytes beside it."""
    rows = [row for f in sorted(folder.glob("images/*")) for row in pq.read_table(f).to_pylist()]
    for one in rows:
        assert hashlib.sha256(one["image"]["bytes"]).hexdigest() == one["sha256"]
    return [one["sha256"] for one in rows]


def assert_whole(folder: Path) -> None:
    """Every file is named by SHA256SUMS, with its hash."""
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    named = dict(line.split("  ")[::-1] for line in lines)
    files = {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()} - {"SHA256SUMS"}
    assert named.keys() == files
    assert all(sha256_of(folder / name) == hash_ for name, hash_ in named.items())
