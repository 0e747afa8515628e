"""What tests of several jobs share."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession


@pytest.fixture
def quick_plans(spark: SparkSession) -> Iterator[None]:
    """For a hundred rows, compiling a plan takes longer than running it as it is."""
    options = ("spark.sql.codegen.wholeStage", "spark.sql.adaptive.enabled")
    before = {name: spark.conf.get(name) for name in options}
    for name in options:
        spark.conf.set(name, "false")
    yield
    for name, value in before.items():
        spark.conf.set(name, str(value))
