"""Which blobs the documents of a store name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workspace.transfer import kinds

_DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def mentioned(line: bytes) -> set[str]:
    """Everything in a document's JSON that may be a digest, wherever it stands.

    More than what names a blob, and never less: what decides over keeping must not rest on a list that somebody may
    forget to add to.
    """
    return {found.decode("ascii") for found in _DIGEST.findall(line)}


def declared(table: str, document: Mapping[str, Any]) -> set[str]:
    """The digests of blobs that must be there for this document, by what its class declares (`Record.blobs`)."""
    kind = kinds.OF_TABLE.get(table)
    paths = kind.blobs if kind is not None else ()
    return {digest for path in paths for digest in _at(document, path.split(".")) if digest}


def _at(value: Any, path: list[str]) -> Iterator[str]:
    """The texts at the end of a path, one for each item of a list on the way."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _at(item, path)
    elif isinstance(value, Mapping) and path:
        yield from _at(value.get(path[0]), path[1:])
    elif isinstance(value, str) and not path:
        yield value
