"""The CLIP model of a Python worker: loaded once, used by all its tasks, on a device of its own."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import SparkSession

from webdoc.arrow import Batches
from webdoc.clip import ClipModel, ClipSettings, device_for, gpus_open
from webdoc.clip_weights import Loaded, load
from webdoc.settings import SettingsError


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model as a worker finds it."""

    name: str
    revision: str
    # Tasks that should use it at a time, one a GPU; 0: as many as Spark likes.
    at_once: int = 0


_parts: dict[str, Loaded] = {}
_models: dict[ClipSettings, ClipModel] = {}


def worker_model(settings: ClipSettings) -> ClipModel:
    """Return the model of these settings; workers live longer than tasks.

    Among several GPUs a worker takes the one that Spark assigns to its first task, else the one
    that the number of this task falls on. On a CPU it uses as many threads as Spark gives a task.
    """
    if settings not in _models:
        task = TaskContext.get()
        if task is None:
            raise RuntimeError("a worker's model is asked for outside of a Spark task")
        gpu = task.resources().get("gpu")
        slot = int(gpu.addresses[0]) if gpu else task.partitionId()
        parts = _loaded(settings.model)
        _models[settings] = ClipModel(settings, slot=slot, threads=task.cpus(), loaded=parts)
    return _models[settings]


def _loaded(model: str) -> Loaded:
    if model not in _parts:
        _models.clear()  # a worker serves one run at a time, and a model fills a device
        _parts.clear()
        _parts[model] = load(model)
    return _parts[model]


def find_model(spark: SparkSession, settings: ClipSettings) -> FoundModel:
    """Return a model as a worker finds it: the driver may have no torch.

    A cluster gives each task a GPU of its own where it is told to (spark.task.resource.gpu.amount).
    `local[*]` knows nothing of GPUs, and would let every core load the model onto the same one.

    Raises:
        SettingsError: workers cannot load it; the message says why.
    """

    # By way of a DataFrame, as the jobs that follow: Spark keeps other workers for RDDs, which
    # would load the model again. It stays off the GPU: which one is a matter of the tasks to come.
    def look(batches: Batches) -> Iterator[pa.RecordBatch]:
        deque(batches, maxlen=0)
        try:
            device = device_for(settings)
            parts = _loaded(settings.model)
            said = (parts.label, parts.revision, gpus_open(settings, device), "")
        except SettingsError as error:
            said = ("", "", 0, str(error))
        yield pa.record_batch([pa.array([word]) for word in said], names)

    names = ["name", "revision", "gpus", "problem"]
    schema = "name string, revision string, gpus long, problem string"
    (found,) = spark.range(1, numPartitions=1).mapInArrow(look, schema).collect()
    if found["problem"]:
        raise SettingsError(found["problem"])
    is_local = str(spark.sparkContext.master).startswith("local")
    return FoundModel(found["name"], found["revision"], found["gpus"] if is_local else 0)
