"""Rules with their packs and models, loaded once in a Python worker and used by all its tasks."""

import json

from obelics_like.rules.judge import Rules
from obelics_like.settings import ObelicsSettings
from webdoc.page.read_capture import calm_collector
from webdoc.settings import as_table

_loaded: dict[str, Rules] = {}


def worker_rules(settings: ObelicsSettings) -> Rules:
    """Return the rules of these settings; workers live longer than tasks."""
    key = json.dumps(as_table(settings), sort_keys=True)
    if key not in _loaded:
        _loaded.clear()  # a worker serves one run at a time
        _loaded[key] = Rules.load(settings)
        calm_collector()
    return _loaded[key]
