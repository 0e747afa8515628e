"""docs/tables.md has every column of every table, and no other."""

import re
from pathlib import Path

import pytest

from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.rules.archive_robots import PageRefusals
from mmc4_like.tables import (
    ArchiveRow,
    CandidateDocument,
    ComparedKey,
    JudgedDocument,
    PlacementMarks,
    TextRow,
)
from mmc4_like.texts.wat import LinkedPage
from obelics_like.heads import Head, LiveNode
from obelics_like.release.attribution import Attribution
from obelics_like.rules.marks import Mark
from webdoc.arrow import schema_of
from webdoc.duplicates.near_duplicates import NearCopy, NearImage, TextSignature
from webdoc.exporters.documents import ReleaseRow
from webdoc.exporters.mmc4 import ImageInfo, Mmc4Row
from webdoc.exporters.parquet import DocumentRow, ShownPicture
from webdoc.fetch.manifest import Fetched
from webdoc.page.document import Document, Image, Node
from webdoc.picture.facts import PictureFacts
from webdoc.reasons import FunnelRow
from webdoc.tables.images import ImagePlace, PublishedImage, StoredPicture
from webdoc.tables.records import Record

FOLDERS = (Head, LiveNode)
TEXT = (Path(__file__).resolve().parents[4] / "docs" / "tables.md").read_text()


@pytest.mark.parametrize(
    "record",
    [
        Record,
        StoredPicture,
        PictureFacts,
        ImagePlace,
        Document,
        Node,
        Image,
        Fetched,
        ReleaseRow,
        DocumentRow,
        ShownPicture,
        PublishedImage,
        Attribution,
        FunnelRow,
        TextSignature,
        NearCopy,
        NearImage,
        Mark,
        Head,
        LiveNode,
        ArchiveRow,
        LinkedPage,
        TextRow,
        TextDocument,
        PageRefusals,
        CandidateDocument,
        Sentence,
        CandidateImage,
        JudgedDocument,
        ComparedKey,
        PlacementMarks,
        Placement,
        Mmc4Row,
        ImageInfo,
    ],
)
def test_columns_are_those_of_the_record(record: type) -> None:
    after = TEXT.split(f".{record.__name__}`", 1)[1]
    table = after.split("|---|---|\n", 1)[1].split("\n\n", 1)[0]
    names = schema_of(record).names
    if record in FOLDERS:
        names.remove("kind")  # it names the folder
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == names
