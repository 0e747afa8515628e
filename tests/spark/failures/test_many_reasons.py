"""Examples for a card are chosen in bounded memory, whatever the number of rejected documents."""

import random

from pyspark.sql import SparkSession

from spark_jobs.release.counts import (
    example_ids,
    smallest_of_each_reason,
    smallest_of_each_task,
)


def test_examples_are_the_smallest_ids_of_each_reason(spark: SparkSession) -> None:
    dice = random.Random(3)
    reasons = [None] * 30 + ["document_language"] * 40 + ["document_images"] * 2 + ["document_few"]
    rows = [(f"{dice.randrange(16**8):08x}", reason) for reason in reasons]
    dice.shuffle(rows)
    by_reason = {
        reason: sorted(doc_id for doc_id, own in rows if own == reason) for reason in set(reasons)
    }
    expected = set(by_reason[None][:12]) | {
        doc_id for reason, ids in by_reason.items() if reason for doc_id in ids[:2]
    }

    table = spark.createDataFrame(rows, "doc_id string, reject_reason string").repartition(5)

    assert set(example_ids(table)) == expected
    assert len(example_ids(table)) == len(expected)


def test_no_task_passes_on_more_than_a_few_of_a_reason(spark: SparkSession) -> None:
    rows = [(f"{number:08x}", ("x", None)[number % 2]) for number in range(4000)]
    table = spark.createDataFrame(rows, "doc_id string, reject_reason string").repartition(4)
    found = smallest_of_each_task(table)
    assert found.count() <= 4 * 2 * 12
    plan = smallest_of_each_reason(table)._jdf.queryExecution().executedPlan().toString()
    assert "collect_" not in plan
    assert "mapinarrow" in plan.partition("Exchange")[2].lower()  # below the exchange, so before it
