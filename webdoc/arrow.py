"""Frozen dataclasses to Arrow and back: one definition is record, schema and table."""

import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import pairwise
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
import pyarrow as pa

Batches = Iterable[pa.RecordBatch]
In = TypeVar("In")
Out = TypeVar("Out")
Record = TypeVar("Record")

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
}


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Split `X | None` into X and whether None is allowed."""
    if get_origin(hint) in (Union, types.UnionType):
        rest = [part for part in get_args(hint) if part is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _is_record(hint: Any) -> bool:
    return is_dataclass(hint)


def _arrow_type(hint: Any) -> pa.DataType:
    hint, _ = _without_none(hint)
    if get_origin(hint) is Literal:
        return pa.string()
    if get_origin(hint) is tuple:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    if _is_record(hint):
        return pa.struct(list(schema_of(hint)))
    if isinstance(hint, type):
        for scalar, arrow in _SCALARS.items():
            if hint is scalar or (issubclass(hint, Enum) and issubclass(hint, scalar)):
                return arrow
    raise TypeError(f"no Arrow type for {hint}")


@cache
def schema_of(record: Any) -> pa.Schema:
    """Return the Arrow schema of a dataclass: str, int, float, bool, bytes, tuples and records.

    Every column is nullable, as Spark makes them.

    Raises:
        TypeError: a field of another type.
    """
    hints = get_type_hints(record)
    return pa.schema([pa.field(f.name, _arrow_type(hints[f.name])) for f in fields(record)])


Encode = Callable[[Sequence[Any]], pa.Array]
Decode = Callable[[pa.Array], list[Any]]


@cache
def _encoder(hint: Any) -> Encode:
    hint, optional = _without_none(hint)
    arrow = _arrow_type(hint)
    if get_origin(hint) is tuple:
        inner = _encoder(get_args(hint)[0])

        def encode_lists(values: Sequence[Any]) -> pa.Array:
            absent = (value is None for value in values)
            mask = pa.array(list(absent), pa.bool_()) if optional else None
            values = [() if value is None else value for value in values] if optional else values
            ends = np.cumsum([0, *(len(value) for value in values)], dtype=np.int64)
            if ends[-1] > np.iinfo(np.int32).max:
                raise OverflowError("a batch holds more than 2^31 list items; make batches smaller")
            flat = inner([item for value in values for item in value])
            return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), flat, mask=mask)

        return encode_lists
    if _is_record(hint):
        children = _field_encoders(hint)

        def encode_structs(values: Sequence[Any]) -> pa.Array:
            absent = np.fromiter((value is None for value in values), bool, len(values))
            columns = [
                encode([None if value is None else getattr(value, name) for value in values])
                if not tuples
                else encode([() if value is None else getattr(value, name) for value in values])
                for name, encode, tuples in children
            ]
            return pa.StructArray.from_arrays(columns, fields=list(arrow), mask=pa.array(absent))

        return encode_structs
    return lambda values: pa.array(values, arrow)


@cache
def _field_encoders(record: Any) -> list[tuple[str, Encode, bool]]:
    hints = get_type_hints(record)
    return [
        (f.name, _encoder(hints[f.name]), get_origin(_without_none(hints[f.name])[0]) is tuple)
        for f in fields(record)
    ]


@cache
def _decoder(hint: Any) -> Decode:
    hint, optional = _without_none(hint)
    if get_origin(hint) is tuple:
        inner = _decoder(get_args(hint)[0])

        def decode_lists(array: pa.Array) -> list[Any]:
            items = inner(array.flatten())
            lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
            ends = [0, *np.cumsum(lengths).tolist()]
            found = [tuple(items[start:end]) for start, end in pairwise(ends)]
            if not optional or array.null_count == 0:
                return found
            present = array.is_valid().to_pylist()
            return [value if here else None for value, here in zip(found, present, strict=True)]

        return decode_lists
    if _is_record(hint):
        make = _maker(hint)

        def decode_structs(array: pa.Array) -> list[Any]:
            records = make(array.flatten())
            if array.null_count == 0:
                return records
            present = array.is_valid().to_pylist()
            return [record if here else None for record, here in zip(records, present, strict=True)]

        return decode_structs
    if isinstance(hint, type) and issubclass(hint, Enum):
        members: dict[Any, Any] = {member.value: member for member in hint}
        return lambda array: [
            None if value is None else members[value] for value in array.to_pylist()
        ]
    return lambda array: array.to_pylist()


@cache
def _maker(record: Any) -> Callable[[Sequence[pa.Array]], list[Any]]:
    hints = get_type_hints(record)
    decoders = [_decoder(hints[f.name]) for f in fields(record)]

    def make(columns: Sequence[pa.Array]) -> list[Any]:
        decoded = [decode(column) for decode, column in zip(decoders, columns, strict=True)]
        return [record(*values) for values in zip(*decoded, strict=True)]

    return make


def to_batch(records: Sequence[object], record: Any) -> pa.RecordBatch:
    """Return one batch of the records, columns in the order of `schema_of(record)`."""
    columns = [
        encode([getattr(item, name) for item in records])
        for name, encode, _ in _field_encoders(record)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema_of(record))


def from_batch(batch: pa.RecordBatch, record: type[Record]) -> list[Record]:
    """Return the records of a batch that has at least the columns of `schema_of(record)`.

    Raises:
        KeyError: a column is missing.
    """
    kind: Any = record
    columns = [batch.column(name) for name in schema_of(kind).names]
    made: list[Record] = _maker(kind)(columns)
    return made


def map_records(
    batches: Batches, step: Callable[[In], Out], record_in: type[In], record_out: type[Out]
) -> Iterator[pa.RecordBatch]:
    """Apply a step to every record, batch by batch."""
    for batch in batches:
        yield to_batch([step(record) for record in from_batch(batch, record_in)], record_out)
