"""The settings of a run as a release may show them."""

from pathlib import PurePath

import tomli_w

from obelics_like.settings import ObelicsSettings
from webdoc.clip.weights import without_folders
from webdoc.settings import as_table


def published_settings(settings: ObelicsSettings) -> str:
    """Return the settings as TOML, without places, machines and credentials.

    The same run gives the same text wherever it is done. Of models and lists only the file name
    is left.
    """
    table = as_table(settings)
    for private in ("inputs", "out", "spark"):
        table.pop(private)
    table["reading"].pop("storage")
    table["near_duplicates"].pop("earlier")
    for kind in ("texts", "images"):
        lists = table["decontamination"][kind]
        table["decontamination"][kind] = [PurePath(place).name for place in lists]
    if settings.alignment.model:
        table["alignment"]["model"] = without_folders(settings.alignment.model)
    else:
        table.pop("alignment")
    for model in ("kenlm_model", "sentencepiece_model"):
        table["perplexity"][model] = PurePath(table["perplexity"][model]).name
    return tomli_w.dumps(table)
