"""What the tests of card, Croissant file and report share: a small release with a hostile page."""

import pytest

from obelics_like.release.facts import ReleaseFacts
from obelics_like.settings import ObelicsSettings
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow, Reason
from webdoc.release.files import Distribution, ReleaseFile
from webdoc.run_settings import ReleaseSettings

SCRIPT = '"><script>document.title="pwned"</script><img src=x onerror="document.title=1">'


@pytest.fixture
def hostile_page() -> Document:
    """A published page whose every string would like to be more than a string."""
    return Document(
        doc_id="0" * 32,
        url="javascript:document.title='pwned'//\u202e",
        warc_filename="a|b<script>.warc.gz",
        warc_record_offset=4_321,
        capture_time="2024-05-18T01:58:10Z",
        title=f"</title>{SCRIPT} ``` --- `*_|\x00\ud800",
        language="en",
        language_score=0.95,
        nodes=(
            Node("text", "Of tides & boats", tag="h1", level=1),
            Node("text", "שלום עולם", tag="p"),
            Node("text", "a\n  b", tag="pre"),
            Node("text", "rope", tag="li", level=2, ends_document=True),
            Node(
                "text",
                f"</del></li>{SCRIPT}",
                tag="p",
                reject_reason=Reason.PARAGRAPH_SPECIAL_CHARS,
                reject_value=0.4123,
            ),
            Node(
                "image",
                image=Image(
                    url="javascript:document.title='pwned'",
                    alt_text=SCRIPT,
                    facts=PictureFacts(
                        status="ok",
                        sha256="a" * 64,
                        format="jpeg",
                        width_px=640,
                        height_px=480,
                        size_bytes=34_567,
                    ),
                ),
            ),
            Node(
                "image",
                image=Image(
                    url="https://e.org/logo.png",
                    alt_text="A logo",
                    facts=PictureFacts(status="missing"),
                ),
                reject_reason=Reason.IMAGE_MISSING,
            ),
        ),
    )


@pytest.fixture
def facts(hostile_page: Document) -> ReleaseFacts:
    """Facts of a release of three documents and two image files."""
    left_out = Document(
        doc_id="1" * 32,
        url="https://e.org/list",
        title="A list",
        reject_reason=Reason.DOCUMENT_IMAGES,
        reject_value=31,
    )
    return ReleaseFacts(
        settings=ObelicsSettings(
            inputs=("/home/somebody/crawl.warc.gz",),
            out="/home/somebody/out",
            release=ReleaseSettings(name="tide-tables: --- <b>"),
        ),
        version="0.1.0",
        files=(
            ReleaseFile("data/train-00000-of-00001.parquet", 3, 1_500, "d" * 64),
            ReleaseFile("images/train-00000-of-00002.parquet", 4, 9_000, "e" * 64),
            ReleaseFile("images/train-00001-of-00002.parquet", 5, 8_000, "f" * 64),
        ),
        funnel=(
            FunnelRow("record", "page", 8),
            FunnelRow("record", "not_a_response", 12),
            FunnelRow("document", "kept", 3, 900, 6_000),
            FunnelRow("document", "document_images", 5, 100, 700),
            FunnelRow("text", "kept", 30, 900, 6_000),
            FunnelRow("text", "paragraph_words", 10, 20, 100),
            FunnelRow("text", "in_rejected_document", 20, 80, 600),
            FunnelRow("image", "kept", 9),
            FunnelRow("image", "image_missing", 1_491),
        ),
        notes=("perplexity: not judged, no model given (perplexity.kenlm_model)",),
        languages=(("en", 2), ("", 1)),
        domains=(("e.org", 2), ("*_|<script>`", 1)),
        distributions=(Distribution("images in a document", (1, 2, 5), (1, 0, 2, 0)),),
        examples=(hostile_page, left_out),
        thumbnails=(("a" * 64, b"\xff\xd8\xff a small picture"),),
    )
