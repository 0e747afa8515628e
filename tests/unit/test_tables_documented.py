"""docs/tables.md has every column of every table, and no other."""

import re
from pathlib import Path

import pytest

from mmc4_like.archive_robots import PageRefusals
from mmc4_like.records import CandidateImage, Placement, Sentence, TextDocument
from mmc4_like.release import ImageInfo, Mmc4Row
from mmc4_like.tables import CandidateDocument, PlacedDocument
from mmc4_like.wat import LinkedPage
from obelics_like.records import Document, Image, Node
from obelics_like.release import ReleaseRow
from obelics_like.tables import ArchivedImage, DocumentMark, ImageSource, PublishedImage, Record
from spark_jobs.fetch_images import StoredImage
from spark_jobs.mmc4_tables import ArchiveRow, KnownPicture, TextRow
from webdoc.arrow import schema_of
from webdoc.fetched import Fetched
from webdoc.funnel import FunnelRow
from webdoc.near_duplicates import NearCopy, NearImage, TextSignature

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "tables.md").read_text()


@pytest.mark.parametrize(
    "record",
    [
        Record,
        ArchivedImage,
        Document,
        Node,
        Image,
        ImageSource,
        Fetched,
        StoredImage,
        ReleaseRow,
        PublishedImage,
        FunnelRow,
        TextSignature,
        NearCopy,
        NearImage,
        DocumentMark,
        ArchiveRow,
        LinkedPage,
        TextRow,
        TextDocument,
        PageRefusals,
        KnownPicture,
        CandidateDocument,
        Sentence,
        CandidateImage,
        PlacedDocument,
        Placement,
        Mmc4Row,
        ImageInfo,
    ],
)
def test_columns_are_those_of_the_record(record: type) -> None:
    after = TEXT.split(f".{record.__name__}`", 1)[1]
    table = after.split("|---|---|\n", 1)[1].split("\n\n", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == schema_of(record).names
