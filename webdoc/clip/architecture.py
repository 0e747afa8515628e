"""Which CLIP architecture weights belong to, told by the shapes of their tensors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Shapes = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Architecture:
    """The numbers by which people tell CLIP models apart; 0 where they could not be found."""

    vision_width: int
    vision_layers: int
    patch_px: int  # 0: no vision transformer
    text_width: int
    text_layers: int
    embed_dim: int

    def __str__(self) -> str:
        patch = f", patches of {self.patch_px}" if self.patch_px else ""
        return (
            f"vision width {self.vision_width}, {self.vision_layers} layers{patch}; "
            f"text width {self.text_width}, {self.text_layers} layers; vectors of {self.embed_dim}"
        )


def architecture_of(shapes: Shapes) -> Architecture | None:
    """Return the architecture of a state dict; None where it is not one of CLIP's own towers."""
    shapes = {name.removeprefix("module."): shape for name, shape in shapes.items()}
    conv = shapes.get("visual.conv1.weight")
    tokens = _first(shapes, "token_embedding.weight", "text.token_embedding.weight")
    if conv is None or tokens is None:
        return None
    blocks = _count(shapes, r"visual\.transformer\.resblocks\.(\d+)\.")
    bottlenecks = sum(_count(shapes, rf"visual\.layer{n}\.(\d+)\.") for n in range(1, 5))
    projection = _first(shapes, "text_projection", "text.text_projection")
    return Architecture(
        vision_width=conv[0] if blocks else 2 * conv[0],
        vision_layers=blocks or bottlenecks,
        patch_px=conv[-1] if blocks else 0,
        text_width=tokens[1],
        text_layers=_count(shapes, r"(?:text\.)?transformer\.resblocks\.(\d+)\."),
        embed_dim=projection[1] if projection else 0,
    )


def configured(config: Mapping[str, Any]) -> Architecture | None:
    """Return the architecture of a model configuration of open_clip; None as above."""
    vision, text = config.get("vision_cfg", {}), config.get("text_cfg", {})
    if "timm_model_name" in vision or "hf_model_name" in text:
        return None
    layers = vision.get("layers", 12)
    is_resnet = isinstance(layers, list)
    return Architecture(
        vision_width=vision.get("width", 768),
        vision_layers=sum(layers) if is_resnet else layers,
        patch_px=0 if is_resnet else vision.get("patch_size", 16),
        text_width=text.get("width", 512),
        text_layers=text.get("layers", 12),
        embed_dim=config.get("embed_dim", 0),
    )


def described(shapes: Shapes, known: Iterator[tuple[str, Mapping[str, Any]]]) -> str:
    """Return how to call the architecture of a state dict: a name that is known, else its numbers.

    Args:
        shapes: of the tensors, by name.
        known: name and configuration of models; the first that fits is named.
    """
    found = architecture_of(shapes)
    if found is None:
        return f"something else than CLIP's own towers (first tensor: {next(iter(shapes), 'none')})"
    names = (name for name, config in known if configured(config) == found)
    name = next(names, "")
    return f"{name} ({found})" if name else str(found)


def _first(shapes: Shapes, *names: str) -> Sequence[int] | None:
    return next((shapes[name] for name in names if name in shapes), None)


def _count(shapes: Shapes, pattern: str) -> int:
    matches = (re.match(pattern, name) for name in shapes)
    return len({match[1] for match in matches if match})
