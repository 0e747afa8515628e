"""Small pictures for the examples of a report."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from obelics_like.release.examples import pictures_to_show
from obelics_like.settings import ObelicsSettings
from spark_jobs.release.obelics_files import IN_FILE_ORDER, bodies_of
from webdoc.arrow import from_batch
from webdoc.page.document import Document
from webdoc.picture.measure import thumbnail
from webdoc.tables.images import ImageSource

THUMBNAILS = 60  # in a report
THUMBNAIL_PX = 240


def _thumbnails(
    shown: list[Document], images: DataFrame, settings: ObelicsSettings
) -> list[tuple[str, bytes]]:
    """Return small pictures for the report's examples, but none that nobody should see."""
    rows = images.where(F.col("sha256").isin(pictures_to_show(shown)[:THUMBNAILS]))
    found = rows.orderBy(*IN_FILE_ORDER).toArrow()
    sources = (source for batch in found.to_batches() for source in from_batch(batch, ImageSource))
    small = (
        (source.sha256, thumbnail(body, THUMBNAIL_PX))
        for source, body in bodies_of(sources, settings.reading)
    )
    return sorted((digest, picture) for digest, picture in small if picture is not None)
