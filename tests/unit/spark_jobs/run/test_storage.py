"""Tables on S3 (moto): one endpoint for both libraries, nothing stale, no half file, no copy."""

import io
from collections.abc import Iterator
from typing import Any

import boto3
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer

from spark_jobs.run.files import write_bytes, written_whole
from spark_jobs.run.storage import storage_options
from spark_jobs.run.tables import exists, is_finished, mark_finished, remove, stored_table
from webdoc.settings import SettingsError

ENDPOINT = "http://store:9000"


def test_hadoop_and_the_executors_go_where_fsspec_goes() -> None:
    environment = {"AWS_ENDPOINT_URL": "http://other", "AWS_ENDPOINT_URL_S3": ENDPOINT}
    options = storage_options({**environment, "AWS_SECRET_ACCESS_KEY": "s"}, {})
    assert options == {
        "spark.hadoop.fs.s3a.endpoint": ENDPOINT,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.executorEnv.AWS_ENDPOINT_URL_S3": ENDPOINT,
        "spark.executorEnv.AWS_ENDPOINT_URL": "http://other",
    }
    assert storage_options({}, {}) == {}


def test_two_endpoints_are_refused() -> None:
    conf = {"spark.hadoop.fs.s3a.endpoint": ENDPOINT}
    assert storage_options({"AWS_ENDPOINT_URL_S3": f"{ENDPOINT}/"}, conf)
    for environment in ({}, {"AWS_ENDPOINT_URL_S3": "http://another"}):
        with pytest.raises(SettingsError, match="AWS_ENDPOINT_URL_S3=http://store:9000"):
            storage_options(environment, conf)


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """One server for all tests: fsspec keeps what speaks to it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("s3")
        client.create_bucket(Bucket="tables")
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        yield client
        fsspec.get_filesystem_class("s3").clear_instance_cache()
    server.stop()


@pytest.fixture
def s3(store: Any) -> Any:
    for key in keys(store):
        store.delete_object(Bucket="tables", Key=key)
    return store


def keys(client: Any) -> list[str]:
    listed = client.list_objects_v2(Bucket="tables")
    return [one["Key"] for one in listed.get("Contents", [])]


@pytest.mark.parametrize("size", [0, 10, 6_000_000])  # the last in several parts
def test_a_file_is_uploaded_to_its_name_at_once(s3: Any, size: int) -> None:
    seen = []
    with written_whole("s3a://tables/run/a.bin") as sink:
        sink.write(b"x" * size)
        seen += keys(s3)
    assert seen == []
    assert keys(s3) == ["run/a.bin"]
    body = s3.get_object(Bucket="tables", Key="run/a.bin")["Body"]
    assert len(body.read()) == size == sink.size_bytes


@pytest.mark.parametrize("size", [10, 6_000_000])
def test_a_file_that_fails_is_not_there_and_the_old_one_stays(s3: Any, size: int) -> None:
    write_bytes("s3://tables/run", "a.bin", b"old")
    with pytest.raises(ZeroDivisionError):
        write_half("s3://tables/run/a.bin", size)
    assert keys(s3) == ["run/a.bin"]
    body = s3.get_object(Bucket="tables", Key="run/a.bin")["Body"]
    assert body.read() == b"old"
    uploads = s3.list_multipart_uploads(Bucket="tables")
    assert uploads.get("Uploads", []) == []


def test_what_another_process_wrote_is_seen(s3: Any) -> None:
    """As Spark's executors do: fsspec looked before, and must not remember that it saw nothing."""
    table = "s3a://tables/run/tables/records"
    assert not is_finished(table)
    put = s3.put_object
    put(Bucket="tables", Key="run/tables/records/_SUCCESS", Body=b"")
    assert is_finished(table)
    put(Bucket="tables", Key="run/tables/records/kind=page/x.parquet", Body=one_row())
    assert stored_table(table).to_table().to_pylist() == [{"a": 1, "kind": "page"}]
    s3.delete_object(Bucket="tables", Key="run/tables/records/_SUCCESS")
    assert not is_finished(table)
    mark_finished(table)
    assert is_finished(table)
    remove(table)
    assert not exists(table)
    assert keys(s3) == []


def write_half(path: str, size: int) -> None:
    with written_whole(path) as sink:
        sink.write(b"x" * size)
        raise ZeroDivisionError


def one_row() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": [1]}), out)
    return out.getvalue()
