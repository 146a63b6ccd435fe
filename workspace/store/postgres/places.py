"""Where a document stands in the declared indexes, as text that PostgreSQL puts in the same order as the others do."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from typing import Any, NamedTuple

from workspace.record import By
from workspace.store.state import Document, bucket_entry, bucket_keys

LONGEST_KEY = 100
LONGEST_ORDERING = 250  # characters; with the rest of an entry this stays below what a page of an index can hold
LONGEST_ID = 200
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Place(NamedTuple):
    """One entry of an index, without its region, table and time. `rest` is what `ordering` was too short for."""

    by: str
    key: str
    ordering: str
    rest: str


def named(by: By) -> str:
    """An index as text: the fields it looks up and the field it orders by."""
    return f"{','.join(by.fields)}>{by.order}"


def of_name(name: str) -> By:
    """The index of a text made by `named`."""
    fields, _, order = name.partition(">")
    return By(tuple(fields.split(",")) if fields else (), order=order)


def places(by: By, document: Document) -> set[Place]:
    """The entries of a document in one index: one for each value of a field that holds several."""
    name = named(by)
    ordering, rest = ordered(by, document)
    return {Place(name, key(values), ordering, rest) for values in bucket_keys(by, document)}


def key(values: tuple[Any, ...]) -> str:
    """The values that are looked up as one short text. Equal values give equal texts."""
    text = json.dumps([_plain(value) for value in values], separators=(",", ":"))
    return text if len(text) <= LONGEST_KEY else "#" + hashlib.sha256(text.encode()).hexdigest()


def ordered(by: By, document: Document) -> tuple[str, str]:
    """The value that orders, cut in two where it is too long for an index. By id nothing is needed: it is a column."""
    if by.order == "id":
        return "", ""
    present, value, _id = bucket_entry(by, "", document)
    text = _orderly(value) if present else ""
    if len(text) <= LONGEST_ORDERING:
        return text, ""
    return text[:LONGEST_ORDERING], text[LONGEST_ORDERING:]


def encoded(document: Document) -> str:
    """A document as JSON. Raises ValueError for what is not JSON, and for text that PostgreSQL can't hold."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if _NUL.search(text):
        raise ValueError("text with a NUL character can't be kept")
    text.encode()  # raises for half a surrogate pair
    return text


def is_id(id: str) -> bool:
    """Whether anything can be kept under this id; what can't be is not there either."""
    if not 1 <= len(id) <= LONGEST_ID or "\0" in id:
        return False
    try:
        id.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    """Numbers that Python holds for equal look equal: True is 1, and so is 1.0."""
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        return int(value)
    return value


def _orderly(value: Any) -> str:
    """A number or text so that texts sort as the values do. Numbers are compared as doubles."""
    if isinstance(value, str):
        return "s" + value
    try:
        number = float(value) + 0.0  # and minus nothing is nothing
    except OverflowError:
        number = float("inf") if value > 0 else float("-inf")
    bits = int.from_bytes(struct.pack(">d", number), "big")
    return f"n{bits ^ (2**64 - 1 if bits >> 63 else 1 << 63):016x}"
