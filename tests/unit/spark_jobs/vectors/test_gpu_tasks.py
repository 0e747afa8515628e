"""How tasks are kept to one a GPU."""

import pytest

from spark_jobs.vectors.gpu_tasks import most_tasks, needs_assigning, one_gpu
from spark_jobs.vectors.vector_tables import task_count

HAVE = {"spark.executor.resource.gpu.amount": "2"}
ASKED = HAVE | {"spark.task.resource.gpu.amount": "1"}


@pytest.mark.parametrize(
    ("master", "gpus", "most"), [("local[*]", 1, 1), ("local", 0, 0), ("spark://e:7077", 4, 0)]
)
def test_a_machine_of_its_own_has_a_task_a_gpu(master: str, gpus: int, most: int) -> None:
    assert most_tasks(master, gpus) == most


@pytest.mark.parametrize(
    ("rows", "cores", "most", "tasks"),
    [(64, 8, 0, 1), (65, 8, 0, 2), (4096, 2, 0, 2), (8193, 2, 0, 3), (8193, 2, 2, 2), (9, 8, 2, 1)],
)
def test_rows_are_dealt_over_tasks(rows: int, cores: int, most: int, tasks: int) -> None:
    assert task_count(rows, cores, most) == tasks


@pytest.mark.parametrize(
    ("master", "conf", "gpus", "needs"),
    [
        ("yarn", HAVE, 1, True),
        ("yarn", HAVE, 0, False),  # the model is on the CPU
        ("yarn", ASKED, 1, False),  # every task has one already
        ("yarn", {}, 1, False),  # nobody would ever assign one: the job would wait for good
        ("local[4]", HAVE, 1, False),
    ],
)
def test_a_cluster_assigns_gpus_where_it_has_them(
    master: str, conf: dict[str, str], gpus: int, *, needs: bool
) -> None:
    assert needs_assigning(master, conf, gpus) is needs


def test_a_task_asks_for_one_gpu() -> None:
    asked = one_gpu().taskResources
    assert asked["gpu"].amount == 1
