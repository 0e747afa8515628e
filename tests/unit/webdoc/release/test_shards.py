"""Shards: cut by size whatever comes in which order, and written as their readers want them."""

import io
import json
import random
import struct
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webdoc.exporters.mds import MdsRow
from webdoc.release.files import ReleaseFile
from webdoc.release.mds import COLUMNS, encoded_sample, mds_index, shard_head
from webdoc.release.shards import Bucket, Shard, dealt, shard_from_json, shard_index
from webdoc.release.tar_writing import TarSink

BUCKETS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 50)), max_size=40)


@given(BUCKETS, st.integers(1, 100), st.integers(1, 12))
def test_no_shard_is_larger_than_said(
    drawn: list[tuple[int, int]], max_bytes: int, max_documents: int
) -> None:
    """Unless it is one bucket; and no shard could take in the first bucket of the next one."""
    buckets = [Bucket(number, *each) for number, each in enumerate(drawn)]
    found = dealt(random.Random(0).sample(buckets, len(buckets)), max_bytes, max_documents)
    assert [number for number, _ in found] == list(range(len(buckets)))
    shards: dict[int, list[Bucket]] = {}
    for number, shard in found:
        shards.setdefault(shard, []).append(buckets[number])
    assert list(shards) == list(range(len(shards)))

    def fits(some: list[Bucket]) -> bool:
        size = sum(bucket.size_bytes for bucket in some)
        return size <= max_bytes and sum(bucket.documents for bucket in some) <= max_documents

    assert all(len(some) == 1 or fits(some) for some in shards.values())
    assert not any(fits([*shards[n], shards[n + 1][0]]) for n in range(len(shards) - 1))


def test_a_tar_is_read_by_others_and_says_where_members_begin() -> None:
    sink = io.BytesIO()
    tar = TarSink(sink)
    bodies = {"k1.json": b"{}", "k1.00.jpg": bytes(1000), "k2.json": b"", "k3.json": b"x" * 512}
    starts = {name: tar.add(name, body) for name, body in bodies.items()}
    tar.close()
    assert len(sink.getvalue()) % tarfile.RECORDSIZE == 0
    with tarfile.open(fileobj=io.BytesIO(sink.getvalue())) as read:
        members = read.getmembers()
        assert {m.name: read.extractfile(m).read() for m in members} == bodies  # type: ignore[union-attr]
        assert {m.name: m.offset_data for m in members} == starts
        assert {(m.mtime, m.uid, m.uname, m.mode) for m in members} == {(0, 0, "", 0o644)}


def test_an_mds_shard_is_as_its_format_says() -> None:
    """Decoded by hand: offsets, then of each sample the sizes of its columns."""
    rows = [MdsRow("d1", "{}", b"\xff\x00", '[{"text":"é"}]', "u"), MdsRow("", "", b"", "", "")]
    samples = [encoded_sample(row) for row in rows]
    data = shard_head([len(sample) for sample in samples]) + b"".join(samples)
    count, *offsets = struct.unpack_from("<4I", data)
    assert count == 2
    assert offsets[-1] == len(data)
    config = json.loads(data[16 : offsets[0]])
    assert config["column_names"] == sorted(COLUMNS)
    assert config["column_encodings"] == ["str", "json", "bytes", "json", "str"]
    first = data[offsets[0] : offsets[1]]
    sizes = struct.unpack_from("<5I", first)
    assert sizes == (2, 2, 2, 15, 1)
    assert first[20:] == b"d1{}\xff\x00" + '[{"text":"é"}]'.encode() + b"u"
    assert data[offsets[1] :] == bytes(20)


def test_an_mds_shard_has_a_limit() -> None:
    shard_head([(1 << 32) - 1000])
    with pytest.raises(ValueError, match="4 GiB"):
        shard_head([1 << 31, 1 << 31])


def test_indexes_name_every_shard() -> None:
    files = (ReleaseFile("data/a.tar", 3, 70, "ff"), ReleaseFile("data/a.tar.idx", 0, 8, "ee"))
    shard = Shard(0, 3, 1, 5, 2, files)
    assert shard_from_json(shard.to_json()) == shard
    (entry,) = json.loads(shard_index("n", [shard]))["shardlist"]
    assert (entry["url"], entry["nsamples"], entry["filesize"]) == ("data/a.tar", 3, 70)
    (named,) = json.loads(mds_index([files[0]]))["shards"]
    assert named["raw_data"] == {"basename": "data/a.tar", "bytes": 70, "hashes": {}}
    assert named["samples"] == 3
