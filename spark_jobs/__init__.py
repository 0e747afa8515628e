"""Tables in, tables out: the only package that imports pyspark. Each job goes to spark-submit."""
