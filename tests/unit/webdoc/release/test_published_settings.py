import tomllib
from dataclasses import replace

from obelics_like.rules.alignment import AlignmentSettings
from obelics_like.rules.near_rules import DecontaminationRules, NearDuplicateRules
from obelics_like.rules.settings import PerplexityRules
from obelics_like.settings import ObelicsSettings
from webdoc.release.published_settings import published_settings
from webdoc.run_settings import SparkSettings
from webdoc.settings import build


def test_places_and_machines_stay_private() -> None:
    settings = ObelicsSettings(
        inputs=("/home/somebody/crawl.warc.gz",),
        out="/home/somebody/out",
        near_duplicates=NearDuplicateRules(earlier=("/home/somebody/before",)),
        decontamination=DecontaminationRules(texts=("/home/somebody/exam.jsonl",)),
        alignment=AlignmentSettings(model="local-dir:/home/somebody/models/my-clip"),
        perplexity=PerplexityRules(kenlm_model="/home/somebody/models/en.arpa"),
        spark=SparkSettings(conf={"spark.hadoop.fs.s3a.secret.key": "hunter2"}),
    )

    text = published_settings(settings)

    assert "somebody" not in text
    assert "hunter2" not in text
    assert tomllib.loads(text)["perplexity"]["kenlm_model"] == "en.arpa"
    assert tomllib.loads(text)["decontamination"]["texts"] == ["exam.jsonl"]
    assert tomllib.loads(text)["alignment"]["model"] == "local-dir:my-clip"
    assert "alignment" not in tomllib.loads(published_settings(ObelicsSettings()))


def test_the_text_builds_the_same_settings_again() -> None:
    settings = ObelicsSettings(preset="obelics")
    settings = replace(settings, release=replace(settings.release, name="a\nb \"c\" 'd'"))

    assert build(ObelicsSettings, tomllib.loads(published_settings(settings))) == settings
