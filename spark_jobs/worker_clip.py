"""The CLIP model of a Python worker: loaded once, used by all its tasks, on a device of its own."""

from collections import deque
from collections.abc import Iterator

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import SparkSession

from webdoc.arrow import Batches
from webdoc.clip import ClipModel, ClipSettings
from webdoc.settings import SettingsError

_loaded: dict[ClipSettings, ClipModel] = {}


def worker_model(settings: ClipSettings) -> ClipModel:
    """Return the model of these settings; workers live longer than tasks.

    Among several GPUs a worker takes the one that Spark assigns to its first task, else the one
    that the number of this task falls on. On a CPU it uses as many threads as Spark gives a task.
    """
    if settings not in _loaded:
        _loaded.clear()  # a worker serves one run at a time, and a model fills a device
        task = TaskContext.get()
        if task is None:
            raise RuntimeError("a worker's model is asked for outside of a Spark task")
        gpu = task.resources().get("gpu")
        slot = int(gpu.addresses[0]) if gpu else task.partitionId()
        _loaded[settings] = ClipModel(settings, slot=slot, threads=task.cpus())
    return _loaded[settings]


def model_identity(spark: SparkSession, settings: ClipSettings) -> tuple[str, str]:
    """Return name and revision of a model, as a worker finds it: the driver may have no torch.

    Raises:
        SettingsError: workers cannot load it; the message says why.
    """

    # By way of a DataFrame, as the jobs that follow: Spark keeps other workers for RDDs, and a
    # second worker would fill the device with a second model.
    def look(batches: Batches) -> Iterator[pa.RecordBatch]:
        deque(batches, maxlen=0)
        try:
            model = worker_model(settings)
            said = (model.name, model.revision, "")
        except SettingsError as error:
            said = ("", "", str(error))
        yield pa.record_batch([pa.array([word]) for word in said], names)

    names = ["name", "revision", "problem"]
    schema = ", ".join(f"{name} string" for name in names)
    (found,) = spark.range(1, numPartitions=1).mapInArrow(look, schema).collect()
    if found["problem"]:
        raise SettingsError(found["problem"])
    return found["name"], found["revision"]
