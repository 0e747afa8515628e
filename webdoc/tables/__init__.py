"""The records of tables that both paths use."""
