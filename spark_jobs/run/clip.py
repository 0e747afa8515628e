"""What a run with a CLIP model needs before it begins, and what it leaves behind: which model."""

import json
import os
from dataclasses import asdict, dataclass

import fsspec
from pyspark.sql import SparkSession

from spark_jobs.run.files import write_bytes
from spark_jobs.run.tables import exists, for_fsspec, table_path
from spark_jobs.run.worker_model import FoundModel, find_model
from webdoc.clip.model import ClipSettings
from webdoc.clip.weights import check_clip, model_source
from webdoc.run_settings import SparkSettings

MODEL = "tables/model.json"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which model made the vectors of a run."""

    name: str
    revision: str


def works_here(spark: SparkSettings) -> bool:
    """Tell whether the workers are this machine's, and so have what is installed here."""
    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    return spark.master.startswith("local") or not (spark.master or submitted)


def check_model(model: str, spark: SparkSettings) -> None:
    """Refuse a model that is not there; elsewhere only the workers know which ones there are.

    Raises:
        SettingsError: the extra is not installed, or no such model.
    """
    if works_here(spark):
        check_clip()
        model_source(model)


def remember_model(
    spark: SparkSession, clip: ClipSettings, out: str, found: FoundModel | None = None
) -> None:
    """Write down which model made the vectors of the run in folder `out`: all are there.

    Args:
        spark: the session.
        clip: the model.
        out: folder of the run.
        found: the model as a worker found it; None: one is asked.
    """
    found = found or find_model(spark, clip)
    identity = ModelIdentity(found.name, found.revision)
    write_bytes(out, MODEL, json.dumps(asdict(identity)).encode())


def model_of(out: str) -> ModelIdentity:
    """Return the model whose vectors the run in folder `out` has.

    Raises:
        FileNotFoundError: it has none yet.
    """
    path = table_path(out, MODEL)
    if not exists(path):
        raise FileNotFoundError(f"no vectors in {out}: run the job that makes them first")
    with fsspec.open(for_fsspec(path), "r", encoding="utf-8") as file:
        return ModelIdentity(**json.load(file))
