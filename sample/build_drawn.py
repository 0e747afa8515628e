"""Build the drawn part of the sample: python -m sample.build_drawn [FOLDER].

Texts in which some sentences describe a picture, and the capture of their pages, on which the
pictures stand in another order: what the MMC4 path of `interleaf demo` runs on.
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random

from warcio.warcwriter import WARCWriter

from sample.build import PACKAGE_DATA
from sample.capture import ROUND_STARTS, record_headers
from sample.drawn import DrawnText, drawn_text, pictures
from sample.site import http_message

SEED = 2026
TEXTS = 12
PICTURES = 4
SIZE_PX = (240, 180)
HOST = "https://drawn.example"


def drawn_texts() -> list[DrawnText]:
    """Return the texts, always the same; their scenes hold combinations kept from training."""
    rng = Random(SEED)
    return [drawn_text(rng, PICTURES, held_out=True) for _ in range(TEXTS)]


def page_url(text: int) -> str:
    """Return the address of a text's page."""
    return f"{HOST}/scenes/{text}.html"


def picture_url(text: int, scene: int) -> str:
    """Return the address of a picture."""
    return f"{HOST}/scenes/{text}-{scene}.jpg"


def answers(number: int, text: DrawnText) -> Iterator[tuple[str, str, bytes]]:
    """Yield address, type and body of a text's page, and of its pictures."""
    scenes = range(len(text.scenes))
    parts = [f"<p>{sentence}</p>" for sentence in text.sentences]
    parts += [f'<p><img src="{picture_url(number, scene)}"></p>' for scene in scenes]
    page = f"<!doctype html><title>Scenes</title><article>{''.join(parts)}</article>"
    yield page_url(number), "text/html; charset=utf-8", page.encode()
    for scene, picture in zip(scenes, pictures(text, *SIZE_PX), strict=True):
        body = BytesIO()
        picture.save(body, "JPEG", quality=85)
        yield picture_url(number, scene), "image/jpeg", body.getvalue()


def build(folder: Path) -> None:
    """Write drawn.warc.gz and drawn.jsonl into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = ROUND_STARTS[1]
    rows = []
    with (folder / "drawn.warc.gz").open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number, text in enumerate(drawn_texts()):
            rows.append(
                {
                    "url": page_url(number),
                    "text": "\n".join(text.sentences),
                    "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
                }
            )
            for url, media_type, body in answers(number, text):
                moment += timedelta(seconds=1)
                raw = http_message(200, {"Content-Type": media_type}, body)
                record = writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(raw),
                    length=len(raw),
                    warc_headers_dict=record_headers("response", url, moment),
                )
                writer.write_record(record)
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "drawn.jsonl").write_text(lines, encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE_DATA)
