"""An index of captures -> where each record stands -> the records, read by ranges."""
