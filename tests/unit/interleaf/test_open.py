"""`interleaf.open`: every document once, whoever reads; the same order again; on where it was."""

import io
import json
import runpy
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

import interleaf
from interleaf.loading import corpus as corpus_module
from interleaf.loading.corpus import Corpus
from interleaf.loading.picture_index import PictureIndex, picture_index
from interleaf.loading.rows import NoCorpusError
from webdoc.arrow import to_batch
from webdoc.exporters.documents import ReleaseRow
from webdoc.exporters.parquet import PARQUET
from webdoc.release.published import PublishedDocument, PublishedPart, published_document
from webdoc.tables.images import ImageBytes, PublishedImage

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTS = 23
BODIES = [b"picture %d" % number for number in range(DOCUMENTS)]
HASHES = [sha256(body).hexdigest() for body in BODIES]


def row(number: int) -> ReleaseRow:
    """A text, a picture of its own, one that all share, one without bytes."""
    own = {"src": f"https://e.org/{number}.png", "sha256": HASHES[number], "format": "png"}
    shared = {"src": "https://e.org/0.png", "sha256": HASHES[0], "format": "png"}
    gone = {"src": "https://e.org/gone.png"}
    return ReleaseRow(
        (None, own["src"], shared["src"], gone["src"]),
        (f"Page {number}", None, None, None),
        json.dumps([None, own, shared, gone]),
        json.dumps({"doc_id": str(number), "url": f"https://e.org/{number}"}),
    )


def write(path: Path, rows: list[Any], group: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_batches([to_batch(rows, type(rows[0]))])
    pq.write_table(table, path, row_group_size=group)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    rows = [row(number) for number in range(DOCUMENTS)]
    write(folder / "data/train-00000-of-00002.parquet", rows[:11], 4)
    write(folder / "data/train-00001-of-00002.parquet", rows[11:], 5)
    pictures = [
        PublishedImage(h, "u", "png", 1, 1, len(b), ImageBytes(b, f"{h}.png"))
        for h, b in zip(HASHES, BODIES, strict=True)
    ]
    write(folder / "images/train-00000-of-00002.parquet", pictures[::2], 3)
    write(folder / "images/train-00001-of-00002.parquet", pictures[1::2], 3)
    (folder / "data/_train.part.parquet").write_bytes(b"half")
    return folder


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    bodies = dict(zip(HASHES, BODIES, strict=True))
    rows = []
    for number in range(DOCUMENTS):
        one = row(number)
        columns = (one.images[:3], one.texts[:3])
        metadata = json.dumps(json.loads(one.metadata)[:3])
        assert PARQUET.row
        rows.append(
            PARQUET.row(published_document(*columns, metadata, one.general_metadata, bodies))
        )
    write(folder / "data/train-00000-of-00001.parquet", rows, 4)
    return folder


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERLEAF_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)


def numbers(documents: Any) -> list[int]:
    return [int(document.doc_id) for document in documents]


def seen(document: PublishedDocument) -> list[Any]:
    return [part.body if part.text is None else part.text for part in document.parts]


@pytest.mark.parametrize("form", ["release", "export"])
def test_documents_come_in_order_with_their_bytes(form: str, request: Any) -> None:
    corpus = interleaf.open(request.getfixturevalue(form))
    documents = list(corpus)
    assert len(corpus) == DOCUMENTS
    assert numbers(documents) == list(range(DOCUMENTS))
    for number, document in enumerate(documents):
        assert seen(document) == [f"Page {number}", BODIES[number], BODIES[0]]
        assert document.url == f"https://e.org/{number}"
        assert document.parts[1].url == f"https://e.org/{number}.png"
        assert document.parts[1].facts["sha256"] == HASHES[number]


def test_missing_pictures_go_by_policy(release: Path) -> None:
    kept = next(iter(interleaf.open(release, missing="keep")))
    assert seen(kept)[3] is None
    assert kept.parts[3].url == "https://e.org/gone.png"
    assert list(interleaf.open(release, missing="skip_document")) == []
    with pytest.raises(ValueError, match="1 pictures of document 0"):
        next(iter(interleaf.open(release, missing="error")))


@pytest.mark.parametrize("even", [False, True])
@pytest.mark.parametrize("count", [1, 2, 5, 23, 30])
def test_every_document_goes_to_one_process(release: Path, count: int, even: bool) -> None:
    shares = [
        numbers(interleaf.open(release, shuffle=True, even=even, rank=rank, world_size=count))
        for rank in range(count)
    ]
    found = [number for share in shares for number in share]
    assert len(found) == len(set(found)) == (DOCUMENTS // count * count if even else DOCUMENTS)
    sizes = {len(share) for share in shares}
    assert max(sizes) - min(sizes) <= (0 if even else 1)


def test_workers_share_what_a_rank_has(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.setenv("WORLD_SIZE", "2")
    rank = interleaf.open(release)
    of_rank = numbers(rank)
    of_workers: list[int] = []
    for worker in range(3):
        monkeypatch.setattr(corpus_module, "_worker", lambda number=worker: (number, 3))
        of_workers += numbers(rank)
    assert sorted(of_rank) == list(range(12, 23))
    assert sorted(of_workers) == of_rank


def test_the_order_is_that_of_seed_and_epoch(release: Path) -> None:
    def order(**given: Any) -> list[int]:
        return numbers(interleaf.open(release, shuffle=True, **given))

    assert order(seed=1) == order(seed=1) != order(seed=2)
    assert order(seed=1, epoch=1) != order(seed=1)
    later = interleaf.open(release, shuffle=True, seed=1)
    later.set_epoch(1)
    assert numbers(later) == order(seed=1, epoch=1)
    assert sorted(order()) == list(range(DOCUMENTS))


@pytest.mark.parametrize("read", [0, 1, 4, 22, 23])
def test_it_goes_on_where_it_was(release: Path, read: int) -> None:
    whole = numbers(interleaf.open(release, shuffle=True, epoch=2))
    first = interleaf.open(release, shuffle=True, epoch=2)
    documents = iter(first)
    before = [int(next(documents).doc_id) for _ in range(read)]
    state = json.loads(json.dumps(first.state_dict()))
    second = interleaf.open(release, shuffle=True)
    second.load_state_dict(state)
    assert before + numbers(second) == whole
    assert numbers(second) == whole  # the next time from the beginning
    with pytest.raises(ValueError, match="the state is of"):
        interleaf.open(release, shuffle=True, seed=5).load_state_dict(state)


def test_what_is_no_corpus_is_said(release: Path, tmp_path: Path) -> None:
    with pytest.raises(NoCorpusError, match=r"holds no data/\*\.parquet"):
        interleaf.open(tmp_path)
    pq.write_table(pa.table({"a": [1]}), _made(tmp_path / "other/data") / "a.parquet")
    with pytest.raises(NoCorpusError, match="other columns"):
        interleaf.open(tmp_path / "other")
    write(tmp_path / "urls/data/train.parquet", [row(0)], 4)
    with pytest.raises(NoCorpusError, match="only their URLs"):
        interleaf.open(tmp_path / "urls")
    assert numbers(interleaf.open(tmp_path / "urls", missing="keep")) == [0]
    with pytest.raises(ValueError, match="rank 2 of 2"):
        interleaf.open(release, rank=2, world_size=2)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_hashes_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    import fsspec  # noqa: PLC0415

    digests = ["a" * 16 + end * 48 for end in "0123"] + ["b" * 64, "0" * 64]
    rows = [PublishedImage(d, "", "png", 1, 1, 1, ImageBytes(b"x", d)) for d in digests]
    write(tmp_path / "images/a.parquet", rows, 2)
    files = [str(tmp_path / "images/a.parquet")]
    index = picture_index(fsspec.filesystem("file"), files, tmp_path / "cache")
    assert len(index) == 6
    assert index.places(digests[2]) == [(0, 0, 0), (0, 0, 1), (0, 1, 0), (0, 1, 1)]
    assert index.places("b" * 64) == [(0, 2, 0)]
    assert index.places("c" * 64) == []
    (tmp_path / "empty").write_bytes(b"")
    assert PictureIndex(tmp_path / "empty").places("b" * 64) == []


def test_neither_torch_nor_pyspark_is_imported(release: Path) -> None:
    code = (
        "import sys, interleaf\n"
        f"documents = list(interleaf.open({str(release)!r}))\n"
        "print(len(documents), 'torch' in sys.modules, 'pyspark' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == f"{DOCUMENTS} False False\n"


def test_a_loader_of_torch_gives_every_document_once(release: Path) -> None:
    torch_data = pytest.importorskip("torch.utils.data")
    corpus = interleaf.open(release, shuffle=True)
    assert isinstance(corpus, torch_data.IterableDataset)
    assert isinstance(corpus, Corpus)
    loader = torch_data.DataLoader(corpus, batch_size=None, num_workers=2)
    documents = list(loader)
    assert sorted(numbers(documents)) == list(range(DOCUMENTS))
    assert all(document.parts[1].body == BODIES[int(document.doc_id)] for document in documents)


def test_the_example_packs_sequences_of_one_length() -> None:
    """Every byte of every text comes once, in order; every picture is whole, in one sequence."""
    pytest.importorskip("torch")
    example = runpy.run_path(str(ROOT / "examples/pack_sequences.py"))
    out = io.BytesIO()
    Image.new("RGB", (8, 6), (255, 0, 0)).save(out, "PNG")
    picture = PublishedPart(body=out.getvalue())
    broken = PublishedPart(body=b"no picture")
    documents = [
        PublishedDocument((PublishedPart("é" * 20), picture, PublishedPart("b"), picture), {}),
        PublishedDocument((broken, PublishedPart("c" * 50)), {}),
    ]
    sequences = list(example["packed"](documents, 40))
    assert all(len(one.tokens) <= 40 for one in sequences)
    tokens = [token for one in sequences for token in one.tokens]
    image, end, pad = example["IMAGE"], example["END"], example["PAD"]
    texts = bytes(token for token in tokens if token < image).decode()
    assert texts == "é" * 20 + "\nb\n" + "c" * 50 + "\n"
    assert tokens.count(end) == 2
    for one in sequences:
        assert one.tokens.count(image) == 16 * len(one.pictures)
    assert sum(len(one.pictures) for one in sequences) == 2
    (first, *_rest) = batches = list(example["batched"](sequences, 2, 40))
    assert first.tokens.shape == first.documents.shape == (2, 40)
    pictures = [tensor for batch in batches for tensor in batch.pictures]
    assert [tuple(tensor.shape) for tensor in pictures] == [(3, 64, 64)] * 2
    assert pictures[0][:, 0, 0].tolist() == [1, 0, 0]
    learned = sum(int(batch.targets.sum()) for batch in batches)
    assert learned == len(texts.encode()) + 2
    last = batches[-1]
    assert (last.tokens == pad).equal(last.documents == -1)
