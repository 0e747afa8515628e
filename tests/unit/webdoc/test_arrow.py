"""Records survive the way through Arrow, whatever is in them."""

from dataclasses import dataclass

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.arrow import from_batch, map_records, schema_of, to_batch
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import Reason

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
FACTS = st.builds(PictureFacts, sha256=TEXT, width_px=st.integers(0, 2**40))
IMAGES = st.builds(Image, url=TEXT, caption=TEXT, facts=FACTS)
NODES = st.builds(
    Node,
    kind=st.sampled_from(["text", "image"]),
    text=TEXT,
    level=st.integers(0, 6),
    image=st.none() | IMAGES,
    ends_document=st.booleans(),
    reject_reason=st.none() | st.sampled_from(Reason),
    reject_value=st.none() | st.floats(allow_nan=False),
)
DOCUMENTS = st.builds(
    Document,
    doc_id=TEXT,
    url=TEXT,
    language_score=st.floats(0, 1),
    nodes=st.lists(NODES, max_size=4).map(tuple),
    reject_reason=st.none() | st.sampled_from(Reason),
)


@given(st.lists(DOCUMENTS, max_size=5))
def test_documents_come_back_as_they_went(documents: list[Document]) -> None:
    batch = to_batch(documents, Document)
    assert batch.schema == schema_of(Document)
    assert from_batch(batch, Document) == documents


@given(st.lists(DOCUMENTS, min_size=2, max_size=5))
def test_a_sliced_batch_gives_its_own_rows(documents: list[Document]) -> None:
    """Spark and Arrow hand over slices; the lists inside must not slip."""
    assert from_batch(to_batch(documents, Document).slice(1), Document) == documents[1:]


@given(st.lists(DOCUMENTS, max_size=3))
def test_equal_to_what_pyarrow_makes_of_plain_values(documents: list[Document]) -> None:
    def plain(node: Node) -> dict[str, object]:
        image = node.image
        return {
            **{name: getattr(node, name) for name in ("kind", "text", "level", "reject_value")},
            "image": image and {"url": image.url, "caption": image.caption},
        }

    rows = to_batch(documents, Document).to_pylist()
    for row, document in zip(rows, documents, strict=True):
        assert row["doc_id"] == document.doc_id
        assert row["reject_reason"] == document.reject_reason
        for got, node in zip(row["nodes"], document.nodes, strict=True):
            for name, value in plain(node).items():
                if isinstance(value, dict):
                    assert {key: got["image"][key] for key in value} == value
                else:
                    assert got[name] == value


def test_columns_are_found_by_name_not_place() -> None:
    batch = to_batch([Image("u", facts=PictureFacts(format="png"))], Image)
    turned = batch.select(list(reversed(batch.schema.names)))
    assert from_batch(turned, Image) == [Image("u", facts=PictureFacts(format="png"))]


def test_missing_column_is_an_error() -> None:
    batch = to_batch([Image("u")], Image).drop_columns(["caption"])
    with pytest.raises(KeyError, match="caption"):
        from_batch(batch, Image)


def test_a_type_without_a_column_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        when: complex

    with pytest.raises(TypeError, match="complex"):
        schema_of(Odd)


def test_map_records_maps_every_record() -> None:
    batches = [to_batch([Image("a"), Image("b")], Image), to_batch([Image("c")], Image)]
    out = list(map_records(batches, lambda i: Image(i.url * 2), Image, Image))
    assert pa.Table.from_batches(out).column("url").to_pylist() == ["aa", "bb", "cc"]


@dataclass(frozen=True, slots=True)
class Part:
    name: str


@dataclass(frozen=True, slots=True)
class MaybeParts:
    parts: tuple[Part, ...] | None = None
    always: tuple[int, ...] = ()


PARTS = st.none() | st.lists(st.builds(Part, TEXT), max_size=3).map(tuple)


@given(st.lists(st.builds(MaybeParts, parts=PARTS), max_size=5))
def test_no_list_is_not_an_empty_list(records: list[MaybeParts]) -> None:
    batch = to_batch(records, MaybeParts)
    plain = [None if r.parts is None else [p.name for p in r.parts] for r in records]

    assert batch.column("parts").to_pylist() == [
        None if names is None else [{"name": name} for name in names] for names in plain
    ]
    assert from_batch(batch, MaybeParts) == records
    assert from_batch(batch.slice(1), MaybeParts) == records[1:]
    with pytest.raises(TypeError):
        to_batch([MaybeParts(always=None)], MaybeParts)  # type: ignore[arg-type]
