"""README.md of an export: what the Hub needs, and a pointer to the card of the release."""

from dataclasses import dataclass

from huggingface_hub import DatasetCard

from webdoc.release.exporter import Exporter
from webdoc.release.figures import size_category
from webdoc.release.front_matter import configurations, picture_features
from webdoc.release.rendering import render_markdown


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """What an export says of itself."""

    exporter: Exporter
    documents: int
    left_out: int  # documents, because of a picture without bytes or of the form
    missing: int  # pictures without bytes
    reserved: int = 0  # markers of its readers that stood in texts
    escaped: tuple[str, ...] = ()  # the markers that are written so that no reader takes them
    shards: int = 1


def export_card(release: DatasetCard, facts: ExportFacts) -> str:
    """Return the card: the front matter of the release with the files of the export.

    Args:
        release: the card of the release.
        facts: of the export.
    """
    exporter = facts.exporter
    data = release.data
    is_table = exporter.form in ("parquet", "lines")
    data["configs"] = configurations([exporter]) if is_table else None
    if not is_table:
        data["viewer"] = False  # the Hub's viewer wants tables
    data["size_categories"] = [size_category(facts.documents)]
    data["dataset_info"] = picture_features([exporter]) or None
    return render_markdown(
        "webdoc.release",
        "export_card.md.j2",
        front_matter=str(data),
        name=data["pretty_name"],
        licence=data["license"],
        facts=facts,
        exporter=exporter,
        code="\n".join(exporter.reading),
    )
