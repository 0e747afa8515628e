"""The CLIP model of a Python worker: read once, used by all its tasks, on the device of each."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import SparkSession

from spark_jobs.run.with_torch import workers_with_torch
from webdoc.arrow import Batches
from webdoc.clip.devices import gpus_open
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.weights import Loaded, load
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model as a worker finds it."""

    name: str
    revision: str
    gpus: int  # of the worker's machine that its settings leave to choose from; 0: none is used


_parts: dict[str, Loaded] = {}


@contextmanager
def worker_model(settings: ClipSettings) -> Iterator[ClipModel]:
    """Yield the model of these settings, for the time of a task; workers live longer than tasks.

    Among several GPUs it is on the one that Spark assigns to the task, else on the one that the
    task's number falls on, and leaves it with the task: workers take turns, and each would leave a
    copy there. On a CPU it uses as many threads as Spark gives a task.
    """
    task = TaskContext.get()
    if task is None:
        raise RuntimeError("a worker's model is asked for outside of a Spark task")
    gpu = task.resources().get("gpu")
    slot = int(gpu.addresses[0]) if gpu else task.partitionId()
    parts = _loaded(settings.model)
    model = ClipModel(settings, slot=slot, threads=task.cpus(), loaded=parts)
    try:
        yield model
    finally:
        model.leave_device()


def _loaded(model: str) -> Loaded:
    if model not in _parts:
        _parts.clear()  # a worker serves one run at a time, and a model fills the memory
        _parts[model] = load(model)
    return _parts[model]


def find_model(spark: SparkSession, settings: ClipSettings) -> FoundModel:
    """Return a model as a worker finds it: the driver may have no torch.

    Raises:
        SettingsError: workers cannot load it; the message says why.
    """

    # The model stays off the GPU, because Spark chooses a GPU when a task starts.
    def look(batches: Batches) -> Iterator[pa.RecordBatch]:
        deque(batches, maxlen=0)
        try:
            gpus = gpus_open(settings.device)
            parts = _loaded(settings.model)
            said = (parts.label, parts.revision, gpus, "")
        except SettingsError as error:
            said = ("", "", 0, str(error))
        yield pa.record_batch([pa.array([word]) for word in said], names)

    names = ["name", "revision", "gpus", "problem"]
    schema = "name string, revision string, gpus long, problem string"
    with workers_with_torch(spark):
        looking = spark.range(1, numPartitions=1).mapInArrow(look, schema)
    (found,) = looking.collect()
    if found["problem"]:
        raise SettingsError(found["problem"])
    return FoundModel(found["name"], found["revision"], found["gpus"])
