"""The pixels that scorers of pictures look at."""

from typing import Final

from PIL import Image as Pillow

from webdoc.picture.measure import PictureError, as_rgb, first_frame, guarded, upright

MAX_SIDE_PX: Final = 4_096  # no scorer wants more, and a film's frame of 50 megapixels has them


def pixels(body: bytes, max_side_px: int = MAX_SIDE_PX) -> Pillow.Image | None:
    """Return the first frame, upright, as 8-bit RGB on white, made smaller where it is larger.

    Args:
        body: of any picture, or of none.
        max_side_px: of the longer side. A smaller picture stays as it is.

    Returns:
        None of bytes that do not decode.
    """
    try:
        with guarded():
            # A JPEG is decoded at the least size that is twice what is wanted, as that is sharp.
            frame = as_rgb(upright(first_frame(body, draft_px=2 * max_side_px)))
            if max(frame.size) > max_side_px:
                frame.thumbnail((max_side_px, max_side_px), Pillow.Resampling.LANCZOS)
            return frame
    except PictureError:
        return None
