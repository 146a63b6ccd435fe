"""The shape of everything that is kept in a store.

A record is an immutable value with an id, a version and fields that are plain JSON when written. Rooms subclass it in
their `model.py`; the store adapters need nothing else of a room than what stands here.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, Self

import msgspec


class By(NamedTuple):
    """A declared index: records with equal `fields`, in the order of the field `order`, then of id.

    A field that holds a tuple is indexed once for each of its values (tags, municipalities). `By()` alone is the
    whole table in order of id, and always exists.
    """

    fields: tuple[str, ...] = ()
    order: str = "id"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing kept under its id in the table of its class.

    `version` is 0 for what is not stored yet. The store counts it up at each put, and refuses a put whose version is
    not the stored one. A new field needs a default, so that older files can be read.

    `blobs` says which fields hold the digest of a blob that must be kept, those of parts with a dot: "file.digest".
    """

    table: ClassVar[str]
    indexes: ClassVar[tuple[By, ...]] = ()
    blobs: ClassVar[tuple[str, ...]] = ()

    id: str
    version: int = 0

    def changed(self, **fields: Any) -> Self:
        """The same record with some fields replaced. Nothing is checked: the model's own acts do that first."""
        return msgspec.structs.replace(self, **fields)
