"""WARC, ARC and WACZ files -> captures."""
