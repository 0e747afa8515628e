"""Hostile pages and archives among real ones: what is good is published as without them."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from interleaf.explain_obelics import documents_of
from tests.hostile.hostile_pages import hostile_page
from tests.hostile.killed import end, start
from tests.hostile.test_hostile_archives import liars
from tests.unit.archives import gz, http, pages, record

PAGES = 218


def hostile_archives(folder: Path) -> list[str]:
    """All that the tests of this folder make and a file can hold."""
    folder.mkdir()
    answers = [
        record(http(hostile_page(number)), url=f"http://h{number}.evil.example/")
        for number in range(PAGES)
    ]
    strange = [
        record(http(b"<p>x", Content_Encoding="gzip, gzip, br"), url="http://body.evil.example/"),
        record(
            http("<img src='http\u017f://evil.example/k.jpg'>".encode()),
            url="http://k.evil.example/",
        ),
        record(
            http(b"\x89PNG" + b"x" * 99, content_type="image/png"), url="http://p.evil.example/"
        ),
        record(b"", url="http://empty.evil.example/"),
        *(
            record(http(), url=url)
            for url in ("http://[::1", "http://\x1b[31m.example/", "x" * 9_000)
        ),
    ]
    made = {
        "evil.warc.gz": gz(*answers, *strange),
        "evil-plain.warc": b"".join(answers[:40] + strange),
        "evil-cut.warc.gz": gz(*pages(9))[:-40],
        "evil-flip.warc": b"".join(pages(3)).replace(b"Content-Length: ", b"Content-Length: 9"),
        "evil-liars.warc": liars(2_000, 999_999_999),
        "evil-none.warc.gz": b"\x1f\x8b\x08" * 999,
        "evil-empty.warc": b"",
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [str(folder / name) for name in made]


def rows_of(release: Path, kind: str) -> list[str]:
    files = sorted((release / kind).glob("*.parquet"))
    return sorted(repr(row) for file in files for row in pq.read_table(file).to_pylist())


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_good_documents_are_published_as_without_them(shared_data: Path, tmp_path: Path) -> None:
    evil = hostile_archives(tmp_path / "evil")
    for name, more in (("good", []), ("mixed", evil)):
        command = ["obelics", str(shared_data / "warc"), *more, "--set", "errors.max_share=0"]
        process = start(command, tmp_path / name)
        said = end(process)
        assert process.returncode == 0, said
    good, mixed = tmp_path / "good", tmp_path / "mixed"
    before, after = ({d.doc_id: d for d in documents_of(str(out))} for out in (good, mixed))
    assert len(before) > 200
    assert {doc_id: after.get(doc_id) for doc_id in before} == before
    documents = rows_of(good, "data")
    assert documents
    found = rows_of(mixed, "data")
    assert [row for row in found if "evil.example" not in row] == documents
    pictures = rows_of(good, "images")
    assert set(pictures) <= set(rows_of(mixed, "images"))
    funnel = (mixed / "funnel.csv").read_text()
    print(funnel)
    assert "internal_error" not in funnel
    assert "over_budget" not in funnel
    assert not (mixed / "tables" / "kills").exists()
