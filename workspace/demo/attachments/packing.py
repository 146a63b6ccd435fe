"""Files of Office as the same bytes every time: they are ZIP archives, and each member tells when it was written."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

_CHANGED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def packed(content: bytes, at: datetime) -> bytes:
    """The archive with every time in it set to `at`, also where the library writes the time of saving by itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            member = archive.read(name)
            if name == "docProps/core.xml":
                member = _CHANGED.sub(rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode(), member)
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, member)
    return out.getvalue()
