"""Tables that earlier versions of interleaf wrote, in the columns of today.

What a release was made from stays readable: `interleaf explain`, `report` and `verify` take runs of
every version. A run that is not finished is not carried over: it is resumed by its own version.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from webdoc.arrow import schema_of
from webdoc.picture.facts import PictureFacts
from webdoc.tables.images import ARCHIVE, PARQUET, ImagePlace

# What columns of a place were called where a picture had its own: archives, then fetched files.
_EARLIER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "path": ("archive_path", "bytes_file"),
    "position": ("warc_record_offset", "bytes_row"),
    "length": ("warc_record_length",),
    "name": ("warc_filename", "bytes_file"),
}
_SCALARS = (str, int, float, bool)
# Structs of today whose fields stood in the row itself.
_WERE_FLAT: Final = {
    "facts": pa.struct(list(schema_of(PictureFacts))),
    "place": pa.struct(list(schema_of(ImagePlace))),
}


def is_of_today(stored: pa.Schema, record: Any) -> bool:
    """Tell whether a table has every column of a record, deep down too."""
    wanted = schema_of(record)
    return all(
        field.name in stored.names and stored.field(field.name).type == field.type
        for field in wanted
    )


def conformed(batch: pa.RecordBatch, record: Any) -> pa.RecordBatch:
    """Return rows of any version in the columns of `schema_of(record)`.

    What an earlier version did not write has the record's default, deeper down it is empty: "" of a
    text, 0 of a number, else null.
    """
    row = batch.to_struct_array()
    defaults = {f.name: f.default for f in fields(record) if isinstance(f.default, _SCALARS)}
    columns = [
        pa.array([defaults[field.name]] * len(row), field.type)
        if field.name in defaults and not _is_there(row, field.name)
        else _field(row, field)
        for field in schema_of(record)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema_of(record))


def _is_there(row: pa.StructArray, name: str) -> bool:
    names = (name, *_EARLIER_NAMES.get(name, ()))
    return any(row.type.get_field_index(each) >= 0 for each in names)


def _field(row: pa.StructArray, field: pa.Field) -> pa.Array:
    """Return a field of a struct, by its name, its earlier one, or made of the struct itself."""
    for name in (field.name, *_EARLIER_NAMES.get(field.name, ())):
        if row.type.get_field_index(name) >= 0:
            return _as(pc.struct_field(row, name), field.type)
    if _WERE_FLAT.get(field.name) == field.type:
        return _as(row, field.type)
    if field.name == "kind":
        return _kinds(row)
    return _empty(field, len(row))


def _as(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    if array.type == wanted:
        return array
    if pa.types.is_struct(wanted) and pa.types.is_struct(array.type):
        columns = [_field(array, field) for field in wanted]
        return pa.StructArray.from_arrays(columns, fields=list(wanted), mask=array.is_null())
    if pa.types.is_list(wanted) and pa.types.is_list(array.type):
        lengths = array.value_lengths().fill_null(0)
        ends = pc.cumulative_sum(pa.concat_arrays([pa.array([0], pa.int32()), lengths]))
        values = _as(array.flatten(), wanted.value_type)
        return pa.ListArray.from_arrays(ends, values, mask=array.is_null())
    if pa.types.is_nested(wanted) or pa.types.is_nested(array.type):
        return pa.nulls(len(array), wanted)  # a number of faces, where the faces are wanted
    return array.cast(wanted)


def _kinds(row: pa.StructArray) -> pa.Array:
    """Return what kind of place a row without one named: archives had names, fetched files none."""
    if row.type.get_field_index("warc_filename") < 0:
        return pa.array([PARQUET] * len(row), pa.string())
    names = pc.struct_field(row, "warc_filename").to_pylist()
    return pa.array([ARCHIVE if name else PARQUET for name in names], pa.string())


def _empty(field: pa.Field, length: int) -> pa.Array:
    kind = field.type
    # A reject_reason of null means that no rule was broken.
    if pa.types.is_string(kind) and field.name != "reject_reason":
        return pa.array([""] * length, kind)
    if pa.types.is_boolean(kind):
        return pa.array([False] * length, kind)
    if pa.types.is_integer(kind):
        return pa.array([0] * length, kind)
    return pa.nulls(length, kind)
