"""Where the inputs of a run lie: archives, fetched pictures, given tables, lists."""
