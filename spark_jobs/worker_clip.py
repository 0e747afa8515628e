"""The CLIP model of a Python worker: loaded once, used by all its tasks, on a device of its own."""

from collections import deque
from collections.abc import Iterator

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import SparkSession

from webdoc.arrow import Batches
from webdoc.clip import ClipModel, ClipSettings, device_for
from webdoc.clip_weights import Loaded, load
from webdoc.settings import SettingsError

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


def model_identity(spark: SparkSession, settings: ClipSettings) -> tuple[str, str]:
    """Return name and revision of a model, as a worker finds it: the driver may have no torch.

    Raises:
        SettingsError: workers cannot load it; the message says why.
    """

    # By way of a DataFrame, as the jobs that follow: Spark keeps other workers for RDDs, which
    # would load the model again. It stays off the GPU: which one is a matter of the tasks to come.
    def look(batches: Batches) -> Iterator[pa.RecordBatch]:
        deque(batches, maxlen=0)
        try:
            device_for(settings)
            parts = _loaded(settings.model)
            said = (parts.label, parts.revision, "")
        except SettingsError as error:
            said = ("", "", str(error))
        yield pa.record_batch([pa.array([word]) for word in said], names)

    names = ["name", "revision", "problem"]
    schema = ", ".join(f"{name} string" for name in names)
    (found,) = spark.range(1, numPartitions=1).mapInArrow(look, schema).collect()
    if found["problem"]:
        raise SettingsError(found["problem"])
    return found["name"], found["revision"]
