"""Photos and drawings: shown without what the camera wrote into them, such as where it was."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from workspace.extraction import model
from workspace.extraction.model import Extract, Refused, Unreadable

_LONGEST_SIDE = 4_000  # dots of the picture that is kept


def read_png(content: bytes) -> Extract:
    """A PNG."""
    return _read(content, "png")


def read_jpeg(content: bytes) -> Extract:
    """A JPEG."""
    return _read(content, "jpeg")


def _read(content: bytes, kind: str) -> Extract:
    """The picture drawn anew: the right way up, and without anything but its dots. Raises Refused, Unreadable."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = model.MOST_DOTS // 2  # Pillow refuses what is twice as large
    try:
        picture = Image.open(io.BytesIO(content), formats=[kind.upper()])
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        out = io.BytesIO()
        if kind == "jpeg":
            upright.convert("RGB").save(out, "JPEG", quality=88)
        else:
            bare = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
            bare.info.clear()
            bare.save(out, "PNG")
    except Image.DecompressionBombError as error:
        raise Refused(model.TOO_MANY_DOTS) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Unreadable(model.DAMAGED) from error
    return Extract(state=model.PICTURE, content=out.getvalue())
