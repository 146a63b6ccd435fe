"""A QR code as SVG, made here: no other host ever learns of a meeting."""

from __future__ import annotations

import io

import segno

QUIET = 2  # modules of white around the code; the frame it stands in gives the rest


def svg(address: str) -> str:
    """The address as a QR code that cameras read from across a room, for a page: one `<svg>` without size or style."""
    made = segno.make(address, error="m", micro=False)
    out = io.BytesIO()
    made.save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=QUIET, svgclass=None, lineclass=None,
        dark="#0b2f3a", nl=False,
    )  # fmt: skip
    return out.getvalue().decode("ascii")
