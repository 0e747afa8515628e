"""Which CLIP model is meant, what its weights are, and what cannot be loaded."""

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.weights import load, model_source
from webdoc.settings import SettingsError

ROOT = Path(__file__).resolve().parents[4]
DRAWN = ROOT / "interleaf" / "sample" / "drawn_clip"
WEIGHTS = DRAWN / "open_clip_model.safetensors"
CONFIG = DRAWN / "open_clip_config.json"

needs_torch = pytest.mark.skipif(
    find_spec("open_clip") is None, reason="the extra interleaf[clip] is not installed"
)


@pytest.fixture(scope="module")
def loaded() -> Any:
    return load(f"local-dir:{DRAWN}")


# --- which model


@needs_torch
@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("ViT-B-23:openai", "no model 'ViT-B-23': did you mean"),
        ("ViT-B-32", r"ViT-B-32 needs weights. Write ViT-B-32:TAG \(openai,"),
        ("ViT-B-32:opnai", "no weights 'opnai' of ViT-B-32"),
        (
            "local-dir:/nowhere",
            r"/nowhere is no folder with an open_clip_config.json\. Name one that",
        ),
        ("nowhere.json:x.pt", "the model configuration nowhere.json is missing"),
    ],
)
def test_an_unknown_model_is_one_sentence(spec: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        model_source(spec)


@needs_torch
def test_labels_name_no_folder(tmp_path: Path) -> None:
    weights = shutil.copy(WEIGHTS, tmp_path / "w.safetensors")
    config = shutil.copy(CONFIG, tmp_path / "my.json")

    assert model_source(f"local-dir:{DRAWN}").label == "local-dir:drawn_clip"
    assert model_source(f"RN50:{weights}").label == "RN50:w.safetensors"
    assert model_source(f"{config}:{weights}").label == "my.json:w.safetensors"
    assert model_source("ViT-B-32:openai").label == "ViT-B-32:openai"
    assert model_source(str(WEIGHTS)).label == "open_clip_model.safetensors"


@needs_torch
@pytest.mark.parametrize("ending", ["pt", "safetensors"])
def test_one_model_in_every_form_has_one_revision(loaded: Any, ending: str, tmp_path: Path) -> None:
    import torch  # noqa: PLC0415

    weights = tmp_path / f"w.{ending}"
    if ending == "pt":
        torch.save(loaded.model.state_dict(), weights)
    else:
        shutil.copy(WEIGHTS, weights)
    config = shutil.copy(CONFIG, tmp_path / "my.json")

    assert load(f"{config}:{weights}").revision == loaded.revision
    with pytest.raises(SettingsError, match="does not say which architecture"):
        load(str(weights))
    shutil.copy(CONFIG, tmp_path / "open_clip_config.json")
    assert load(str(weights)).revision == loaded.revision


@needs_torch
def test_a_revision_knows_weights_and_preprocessing(loaded: Any, tmp_path: Path) -> None:
    table = json.loads(CONFIG.read_text())
    config = tmp_path / "my.json"
    revisions = {loaded.revision}
    for change in ({"resize_mode": "shortest"}, {}):
        config.write_text(json.dumps(table | {"preprocess_cfg": table["preprocess_cfg"] | change}))
        revisions.add(load(f"{config}:{WEIGHTS}").revision)
    assert len(revisions) == 2

    by_chance = [load(f"{config}:random").revision for _ in range(2)]
    assert by_chance[0] == by_chance[1] not in revisions


@needs_torch
def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not taken for weights of another architecture, as which open_clip's error comes."""
    config = json.loads(CONFIG.read_text(encoding="utf-8"))
    config["model_cfg"]["text_cfg"]["hf_model_name"] = "someone/a-tower"
    shutil.copytree(DRAWN, tmp_path / "m")
    (tmp_path / "m" / CONFIG.name).write_text(json.dumps(config), encoding="utf-8")
    monkeypatch.setattr("open_clip.hf_model.transformers", None)
    monkeypatch.setattr("webdoc.clip.weights.find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"not installed\. Type: pip install transformers"):
        load(f"local-dir:{tmp_path / 'm'}")


@needs_torch
def test_weights_of_another_architecture_are_named(tmp_path: Path) -> None:
    table = json.loads(CONFIG.read_text())
    table["model_cfg"]["text_cfg"]["layers"] = 3
    config = tmp_path / "deeper.json"
    config.write_text(json.dumps(table))

    with pytest.raises(SettingsError) as caught:
        load(f"{config}:{WEIGHTS}")

    said = str(caught.value)
    assert "weights of another architecture than deeper.json" in said
    assert "transformer.resblocks.2" in said  # the layer that the weights lack
    assert len(said) < 500


@needs_torch
@pytest.mark.parametrize("name", ["w.pt", "w.safetensors"])
def test_a_file_that_holds_no_weights_is_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"this is no model")
    with pytest.raises(SettingsError, match=rf"{name} is no weights file that open_clip can read"):
        load(f"{CONFIG}:{tmp_path / name}")


@needs_torch
def test_a_config_that_describes_no_model_is_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "bad.json"
    for text in ("{", "[]", '{"model_cfg": {"embed_dim": 3}}'):
        config.write_text(text)
        with pytest.raises(SettingsError, match=r"bad\.json describes no model of open_clip"):
            load(f"{config}:random")


@needs_torch
@pytest.mark.parametrize(
    ("spec", "quick"), [("ViT-B-32:openai", True), ("ViT-B-32:laion2b_s34b_b79k", False)]
)
def test_the_activation_is_the_one_of_the_weights(
    spec: str, *, quick: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """open_clip only warns; vectors made with another activation would be wrong."""
    import open_clip  # noqa: PLC0415

    asked: dict[str, Any] = {}

    def create_model(name: str, **options: Any) -> None:
        asked.update(options, name=name)
        raise RuntimeError("no network")

    monkeypatch.setattr(open_clip, "create_model", create_model)
    with pytest.raises(SettingsError, match=f"cannot load {spec}: no network. Weights are fetched"):
        load(spec)

    assert (asked["name"], asked["pretrained"]) == tuple(spec.split(":"))
    assert asked["force_quick_gelu"] is quick


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(SettingsError, match=r"make install, or pip install 'interleaf\[clip"):
        ClipModel(ClipSettings())


@needs_torch
def test_a_device_that_is_not_there_is_one_sentence(loaded: Any) -> None:
    import torch  # noqa: PLC0415

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(SettingsError, match="torch finds no GPU here"):
        ClipModel(ClipSettings(device="cuda:1"), loaded=loaded)


@pytest.mark.parametrize(
    "wrong", [{"model": ""}, {"batch": -1}, {"decoding_threads": -1}, {"max_pixels": 0}]
)
def test_impossible_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must"):
        ClipSettings(**wrong)
