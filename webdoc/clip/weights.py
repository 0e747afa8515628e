"""Finding and loading a CLIP model by what a person calls it; torch and open_clip are an extra."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from webdoc.clip.known_models import known_tags
from webdoc.settings import SettingsError

RANDOM: Final = "random"  # NAME:random has weights by chance: for timing, not for vectors
CONFIG_NAME: Final = "open_clip_config.json"
_SCHEMES: Final = ("local-dir:", "hf-hub:")
_WEIGHTS: Final = (".safetensors", ".pt", ".pth", ".bin", ".ckpt")
_OWN_NAMES: Final = "interleaf-"  # under which open_clip comes to know a configuration file
_MISSING: Final = (
    "CLIP vectors need torch and open_clip, which are an extra: "
    "make install, or pip install 'interleaf[clip]'"
)


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model's architecture and weights come from."""

    architecture: str  # a name of open_clip, with its scheme where it has one; "" with a config
    weights: str  # a tag of open_clip, a file, "random"; "" where the folder holds them
    config: str  # path of a JSON file that describes the architecture; "" for a known name
    label: str  # for tables and cards: no folder of this machine in it


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model on the CPU in float32, and what must be done to pictures and texts before it."""

    model: Any
    preprocess: Callable[[Any], Any]
    tokenizer: Any
    side_px: int
    label: str
    revision: str


def check_clip() -> None:
    """See whether torch and open_clip are installed, without the ten seconds of loading them.

    Raises:
        SettingsError: the extra is not installed.
    """
    if find_spec("open_clip") is None or find_spec("torch") is None:
        raise SettingsError(_MISSING)


def import_clip() -> tuple[Any, Any]:
    """Return the modules torch and open_clip.

    Raises:
        SettingsError: the extra is not installed.
    """
    try:
        import open_clip  # noqa: PLC0415 - an extra, and seconds
        import torch  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(_MISSING) from error
    return torch, open_clip


def model_source(spec: str) -> ModelSource:
    """Read what a person calls a model; files are looked at, nothing is downloaded.

    Args:
        spec: NAME:TAG as open_clip lists them, NAME:FILE, NAME:random, local-dir:FOLDER,
            hf-hub:REPOSITORY, CONFIG.json:FILE, or FILE with open_clip_config.json beside it.

    Raises:
        SettingsError: no such model, tag, file or folder.
    """
    for scheme in _SCHEMES:
        if spec.startswith(scheme):
            return _in_a_folder(spec, scheme)
    if spec.endswith(_WEIGHTS) and Path(spec).is_file():
        config = Path(spec).with_name(CONFIG_NAME)
        if not config.is_file():
            raise SettingsError(
                f"{spec} does not say which architecture its weights are for. "
                f"Write NAME:{spec} with a name of open_clip, or put {CONFIG_NAME} beside it."
            )
        return ModelSource("", spec, str(config), Path(spec).name)
    name, _, weights = spec.partition(":")
    if name.endswith(".json"):
        return _with_config(name, weights)
    return _with_name(name, weights)


def _in_a_folder(spec: str, scheme: str) -> ModelSource:
    place = spec.removeprefix(scheme)
    if scheme == "hf-hub:":
        return ModelSource(spec, "", "", spec)
    folder = Path(place)
    if not (folder / CONFIG_NAME).is_file():
        raise SettingsError(
            f"{place or 'local-dir:'} is no folder with an {CONFIG_NAME}. Name one that open_clip "
            "saved, or write NAME:FILE with a name of open_clip and a file of weights."
        )
    if not any(file.suffix in _WEIGHTS for file in folder.iterdir()):
        raise SettingsError(f"{place} holds no weights ({', '.join(_WEIGHTS)})")
    return ModelSource(spec, "", "", f"{scheme}{folder.resolve().name}")


def _with_config(config: str, weights: str) -> ModelSource:
    if not Path(config).is_file():
        raise SettingsError(f"the model configuration {config} is missing")
    if weights != RANDOM and not Path(weights).is_file():
        raise SettingsError(f"{config} needs weights: write {config}:FILE with a file that exists")
    return ModelSource("", weights, config, f"{Path(config).name}:{Path(weights).name}")


def _with_name(name: str, weights: str) -> ModelSource:
    tags_of = known_tags()
    # A model registered while this process runs exists here only, and its files may change.
    is_sure = tags_of is not None and name in tags_of
    open_clip = None if is_sure or "open_clip" not in sys.modules else import_clip()[1]
    if tags_of is None:
        open_clip = import_clip()[1]
    known = open_clip.list_models() if open_clip else list(tags_of or ())
    if name not in known:
        near = get_close_matches(name, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "open_clip.list_models() has all"
        raise SettingsError(f"open_clip knows no model {name!r}: {hint}")
    tags = open_clip.list_pretrained_tags_by_model(name) if open_clip else (tags_of or {})[name]
    if weights == RANDOM or weights in tags:
        return ModelSource(name, weights, "", f"{name}:{weights}")
    if weights and Path(weights).is_file():
        return ModelSource(name, weights, "", f"{name}:{Path(weights).name}")
    missing = f"no weights {weights!r} of {name}" if weights else f"{name} needs weights"
    raise SettingsError(
        f"{missing}. Write {name}:TAG ({', '.join(tags) or 'none known'}) or a file"
    )


def load(spec: str) -> Loaded:
    """Load a model; weights of a known tag are fetched by open_clip at the first time.

    Raises:
        SettingsError: as `model_source`; or the weights are no weights, those of another
            architecture, or cannot be fetched.
    """
    source = model_source(spec)
    torch, open_clip = import_clip()
    with _name_of(source, open_clip) as (name, preprocessing):
        weights = source.weights if source.weights != RANDOM else ""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # random weights are the same every time
            model = _create(open_clip, source, name, weights, preprocessing)
        tokenizer = open_clip.get_tokenizer(name)
    model.eval()
    shaping = model.visual.preprocess_cfg
    shape = open_clip.transform.PreprocessCfg(**shaping)
    preprocess = open_clip.transform.image_transform_v2(shape, is_train=False)
    side = shaping["size"]
    side_px = side if isinstance(side, int) else max(side)
    return Loaded(
        model, preprocess, tokenizer, side_px, source.label, _revision(model.state_dict(), shaping)
    )


@contextmanager
def _name_of(source: ModelSource, open_clip: Any) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Give the name under which open_clip finds the architecture, and its own preprocessing."""
    if not source.config:
        yield source.architecture, None
        return
    try:
        table = json.loads(Path(source.config).read_text(encoding="utf-8"))
        model = table.get("model_cfg", table)
        if not {"embed_dim", "vision_cfg", "text_cfg"} <= model.keys():
            raise ValueError("embed_dim, vision_cfg or text_cfg is missing")
    except (ValueError, OSError, AttributeError) as error:
        raise SettingsError(f"{source.config} describes no model of open_clip: {error}") from error
    # open_clip names a configuration after its file; ours must not replace one that it knows.
    name = _OWN_NAMES + sha256(json.dumps(model).encode()).hexdigest()[:12]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, f"{name}.json")
        copy.write_text(json.dumps(model), encoding="utf-8")
        open_clip.add_model_config(copy)
    yield name, table.get("preprocess_cfg")


def _create(
    open_clip: Any,
    source: ModelSource,
    name: str,
    weights: str,
    preprocessing: dict[str, Any] | None,
) -> Any:
    # open_clip only warns where a tag's weights want another activation than the name says: the
    # vectors would be wrong. Source: its create_model, 3.3.
    tag = open_clip.get_pretrained_cfg(name, weights) if weights else {}
    try:
        return open_clip.create_model(
            name,
            pretrained=weights or None,
            precision="fp32",
            device="cpu",
            force_quick_gelu=bool((tag or {}).get("quick_gelu")),
            force_preprocess_cfg=preprocessing,
            require_pretrained=source.weights != RANDOM,
        )
    except Exception as error:  # a hub, a pickle, any file may stand behind this one call
        raise SettingsError(_why(open_clip, source, name, weights, error)) from error


def _why(open_clip: Any, source: ModelSource, name: str, weights: str, error: Exception) -> str:
    """Say in a sentence why a model could not be loaded."""
    file = weights
    if name.startswith("local-dir:"):
        folder = Path(name.removeprefix("local-dir:"))
        file = str(next(iter(sorted(folder.glob("*.safetensors"))), ""))
    first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "transformers" in first_line and find_spec("transformers") is None:
        return (
            f"{source.label} reads texts by a model of transformers, which is not installed. "
            "Type: pip install transformers"
        )
    if not file or not Path(file).is_file():
        return (
            f"cannot load {source.label}: {first_line}. Weights are fetched at first use; without "
            "network give a file (NAME:FILE) or a folder (local-dir:FOLDER)"
        )
    try:
        open_clip.factory.load_state_dict(file)
    except Exception:  # any file may have been named; what breaks in it is not ours to list
        return f"{Path(file).name} is no weights file that open_clip can read: {first_line}"
    called = source.architecture or Path(source.config).name
    return (
        f"{Path(file).name} holds weights of another architecture than {called}: "
        f"{_first_misfit(str(error)) or first_line}. Name the model that they are of"
    )


def _first_misfit(message: str) -> str:
    """Return the first tensor that does not fit, in torch's words; "" where it names none."""
    lines = [line.strip() for line in message.splitlines()[1:]]
    return next((line.partition(", ")[0].rstrip(". ") for line in lines if line), "")


def _revision(state: Mapping[str, Any], preprocessing: Mapping[str, Any]) -> str:
    """Return 16 hex digits of weights and preprocessing: equal vectors need both equal."""
    digest = sha256(json.dumps(preprocessing, sort_keys=True, default=str).encode())
    for name in sorted(state):
        digest.update(f"{name} {tuple(state[name].shape)}".encode())
        digest.update(state[name].detach().contiguous().float().numpy().reshape(-1).data)
    return digest.hexdigest()[:16]
