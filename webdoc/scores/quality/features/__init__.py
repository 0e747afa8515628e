"""Features of whole documents, a module a group.

A module has FEATURES, a tuple of `webdoc.scores.quality.measure.Feature`, and `measure`, a pure
function of a `DocumentReading` that returns their values, None where one cannot be measured.
"""
