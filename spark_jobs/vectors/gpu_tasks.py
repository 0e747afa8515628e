"""How tasks that use a model are kept to one a GPU."""

from collections.abc import Mapping

from pyspark.resource import ResourceProfile, ResourceProfileBuilder, TaskResourceRequests

_EXECUTOR_GPUS = "spark.executor.resource.gpu.amount"
_TASK_GPUS = "spark.task.resource.gpu.amount"


def most_tasks(master: str, gpus: int) -> int:
    """Return how many tasks there may be; 0: as many as there are rows and cores for.

    `local[*]` knows nothing of GPUs, and would let every core load the model onto the same one.

    Args:
        master: of Spark.
        gpus: `spark_jobs.run.worker_model.FoundModel.gpus`.

    >>> most_tasks("local[16]", gpus=2), most_tasks("yarn", gpus=2)
    (2, 0)
    """
    return gpus if master.startswith("local") else 0


def needs_assigning(master: str, conf: Mapping[str, str], gpus: int) -> bool:
    """Tell whether these tasks must ask for a GPU each, so that others go on without one.

    A cluster assigns GPUs where its executors are told to have some. Whoever asks for one for
    every task has said it already.

    Args:
        master: of Spark.
        conf: of Spark.
        gpus: as in `most_tasks`.
    """
    told = _EXECUTOR_GPUS in conf and _TASK_GPUS not in conf
    return told and gpus > 0 and not master.startswith("local")


def one_gpu() -> ResourceProfile:
    """Return what such a task asks for."""
    return ResourceProfileBuilder().require(TaskResourceRequests().resource("gpu", 1)).build
