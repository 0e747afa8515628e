"""The garbage collector of a worker."""

import gc

from obelics_like.pages import calm_collector


def test_collector_passes_by_what_is_loaded_and_looks_seldom() -> None:
    """What exists is not looked at again, and a page does not wake the collector."""
    before = gc.get_threshold()
    try:
        calm_collector()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold()[0] >= 10_000
        assert gc.isenabled()
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
