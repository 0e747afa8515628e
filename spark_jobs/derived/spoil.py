"""A release -> a release of its documents and copies of them, each spoiled in one way and labelled.

spark-submit spark_jobs/derived/spoil.py SETTINGS.toml

Documents take from each other in groups of a few hundred: of any sites by the hash of their id, and
for images of the same domain by their site. A group depends on the number of documents and on their
ids alone, so the copies are the same on any cluster, and no task holds more than a group.
"""

import sys
from dataclasses import dataclass, field
from math import ceil
from typing import Final

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what every user of Spark calls it

from spark_jobs.derived import release
from spark_jobs.derived.files import write_folder
from spark_jobs.derived.places import SOURCE, has_folder, judged
from spark_jobs.derived.release import Derivation, pictures_of
from spark_jobs.derived.tally import tally
from spark_jobs.derived.texts import release_texts
from spark_jobs.release.checksums import CHECKSUMS, checksum_lines
from spark_jobs.release.published import documents_of
from spark_jobs.release.writing import file_count, write_exported
from spark_jobs.run.files import write_bytes
from spark_jobs.run.launch import launch
from spark_jobs.run.session import open_session
from spark_jobs.run.tables import spark_schema
from webdoc.arrow import from_batch, to_batch
from webdoc.derived.spoiled_copies import Spoiling, copies_of, site_of
from webdoc.exporters.documents import DOCUMENTS, ReleaseRow
from webdoc.exporters.images import IMAGES
from webdoc.reasons import Reason
from webdoc.release.files import ReleaseFile
from webdoc.run_settings import ReleaseSettings, SparkSettings
from webdoc.scores.spoiling.kinds import Doses, SpoilKind
from webdoc.settings import SettingsError, build, read_toml

GROUP: Final = 300  # documents that may take from each other, about
_GROUP: Final = "spoil_group"


@dataclass(frozen=True, slots=True)
class SpoilSettings:
    """What is spoiled, how, and where it goes."""

    release: str = ""  # folder of a release
    out: str = ""  # folder that does not exist yet, or is empty
    kinds: tuple[str, ...] = tuple(kind.value for kind in SpoilKind)
    seed: int = 0
    doses: Doses = field(default_factory=Doses)
    keep_good: bool = True  # whether documents as they were stand among the copies
    files: ReleaseSettings = field(default_factory=ReleaseSettings)
    spark: SparkSettings = field(default_factory=SparkSettings)

    def __post_init__(self) -> None:
        known = [kind.value for kind in SpoilKind]
        wrong = [name for name in self.kinds if name not in known]
        if wrong or not self.kinds:
            said = f"no kind {wrong[0]!r}" if wrong else "no kind of spoiling is named"
            raise ValueError(f"{said}. There are: {', '.join(known)}")
        if self.seed < 0:
            raise ValueError("seed must be 0 or more")

    @property
    def spoil_kinds(self) -> tuple[SpoilKind, ...]:
        """The kinds, each once, in their own order."""
        return tuple(kind for kind in SpoilKind if kind.value in self.kinds)


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What came of it."""

    counts: dict[str, int]  # documents by label
    files: int
    size_bytes: int


def run(spark: SparkSession, settings: SpoilSettings) -> Spoiled:
    """Write the release: data/, the pictures it shows, card, report, checksums.

    Raises:
        SettingsError, RunFolderError: there is no release, or the folder is not empty.
    """
    release.check([settings.release], settings.out)
    source, out = settings.release, settings.out
    rows = spoiled_rows(spark, settings)
    # A copy a kind at most; rows are made twice rather than held.
    total = documents_of(spark, source).count() * (len(settings.spoil_kinds) + settings.keep_good)
    files = write_exported(rows, DOCUMENTS, file_count(total, settings.files), out, settings.files)
    about = spark.read.schema(spark_schema(ReleaseRow)).parquet(f"{out}/{DOCUMENTS.folder}")
    labels = about.select(
        F.get_json_object("general_metadata", "$.doc_id").alias("doc_id"),
        F.get_json_object("general_metadata", "$.spoiled").alias("label"),
    )
    counts = {row["label"]: row["count"] for row in labels.groupBy("label").count().collect()}
    facts = judged(
        spark,
        [out],
        labels.select(
            "doc_id", F.lit(0).alias(SOURCE), F.lit(None).cast("array<string>").alias("drops")
        ),
    ).persist()
    try:
        if has_folder(source, IMAGES):
            shown = facts.select(F.explode("pictures.sha256").alias("key")).where("key != ''")
            wanted = pictures_of(spark, [source], shown.distinct())
            files += write_folder(spark, [source], IMAGES, wanted, out, settings.files)
        files += _small_files(spark, settings, facts, files)
    finally:
        facts.unpersist()
    return Spoiled(counts, len(files) + 1, sum(file.size_bytes for file in files))


def _small_files(
    spark: SparkSession, settings: SpoilSettings, facts: DataFrame, files: list[ReleaseFile]
) -> list[ReleaseFile]:
    names = ", ".join(kind.value for kind in settings.spoil_kinds)
    good = "Documents as they were stand among them. " if settings.keep_good else ""
    said = (
        f"Copies of documents that were spoiled on purpose, to test scores of quality: {names},"
        f" seed {settings.seed}. {good}Not for training. `spoiled` in general_metadata is the"
        " label, `spoiled_from` the document that a copy was made of."
    )
    made = Derivation("interleaf spoil", said, Reason.DOCUMENT_NOT_SELECTED)
    counts = tally(facts)
    texts = release_texts(spark, [settings.release], settings.out, facts, files, made, counts)
    written = [write_bytes(settings.out, path, text.encode()) for path, text in texts.items()]
    write_bytes(settings.out, CHECKSUMS, checksum_lines(files + written).encode())
    return written


def spoiled_rows(spark: SparkSession, settings: SpoilSettings) -> DataFrame:
    """Return doc_id and row of every document of the new release."""
    documents = documents_of(spark, settings.release)
    same = SpoilKind.IMAGES_SAME_DOMAIN
    rest = tuple(kind for kind in settings.spoil_kinds if kind is not same)
    by_hash = F.pmod(F.xxhash64("doc_id"), F.lit(max(1, ceil(documents.count() / GROUP))))
    mixed = documents.withColumn(_GROUP, by_hash.cast("string"))
    rows = _copies(mixed, Spoiling(rest, settings.seed, settings.doses, settings.keep_good))
    if same not in settings.spoil_kinds:
        return rows
    of_site = _by_site(documents)
    return rows.unionByName(
        _copies(of_site, Spoiling((same,), settings.seed, settings.doses, False))
    )


def _by_site(documents: DataFrame) -> DataFrame:
    """Return documents with images beside a group of their own site; large sites have several."""

    def site(about: str) -> str:
        return site_of(ReleaseRow((), (), "[]", about))

    shown = documents.where("exists(images, url -> url is not null)")
    sites = shown.withColumn("site", F.udf(site)("general_metadata")).where("site != ''")
    sizes = sites.groupBy("site").count()
    groups = F.greatest(F.lit(1), F.ceil(F.col("count") / F.lit(GROUP)))
    number = F.pmod(F.xxhash64("doc_id"), groups).cast("string")
    joined = sites.join(sizes, "site")
    return joined.withColumn(_GROUP, F.concat_ws(" ", "site", number)).drop("site", "count")


def _copies(documents: DataFrame, spoiling: Spoiling) -> DataFrame:
    def of_group(group: pa.Table) -> pa.Table:
        ordered = group.sort_by("doc_id").select(list(ReleaseRow.__slots__)).combine_chunks()
        rows = [r for batch in ordered.to_batches() for r in from_batch(batch, ReleaseRow)]
        made = list(copies_of(rows, spoiling))
        ids = pa.array([doc_id for doc_id, _ in made], pa.string())
        structs = to_batch([row for _, row in made], ReleaseRow).to_struct_array()
        return pa.Table.from_arrays([ids, structs], names=["doc_id", "row"])

    schema = f"doc_id string, row {spark_schema(ReleaseRow).simpleString()}"
    return documents.groupBy(_GROUP).applyInArrow(of_group, schema)


def check(settings: SpoilSettings) -> None:
    """Refuse before Spark starts.

    Raises:
        SettingsError, RunFolderError: as of `run`.
    """
    if not settings.release:
        raise SettingsError("No release. Give the --out folder of a finished run.")
    release.check([settings.release], settings.out)


def main(settings_file: str) -> None:
    """Run this job alone."""
    settings = build(SpoilSettings, read_toml(settings_file))
    with open_session("interleaf spoil", settings.spark) as spark:
        run(spark, settings)


if __name__ == "__main__":
    sys.exit(launch(main))
