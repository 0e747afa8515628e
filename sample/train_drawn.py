"""Train the small model of drawn scenes: python -m sample.train_drawn [FOLDER].

It takes about five minutes on two cores and needs the extra interleaf[clip]. The folder, by default
interleaf/sample/drawn_clip, is one that open_clip loads as `local-dir:FOLDER`.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import open_clip
import torch
from open_clip.model import CLIP
from PIL import Image
from safetensors.torch import save_file
from scipy.optimize import linear_sum_assignment
from torch.nn import functional as F  # noqa: N812 - what every user of torch calls it

from sample.build import PACKAGE_DATA
from sample.drawn import Scene, draw, drawn_text, pictures, scene, sentence

FOLDER = PACKAGE_DATA / "drawn_clip"
SIDE_PX = 64
MODEL: dict[str, Any] = {
    "embed_dim": 64,
    "vision_cfg": {"layers": [1, 1, 1, 1], "width": 12, "head_width": 48, "image_size": SIDE_PX},
    # CLIP's own list of 49,408 tokens, which comes with open_clip: nothing to download, and the
    # tokenizer is the one that people use with large models. The rows take 4.7 MB of the file.
    "text_cfg": {"context_length": 40, "vocab_size": 49408, "width": 48, "heads": 4, "layers": 2},
}
PREPROCESSING = {
    "size": SIDE_PX,
    "mode": "RGB",
    "mean": [0.5, 0.5, 0.5],
    "std": [0.25, 0.25, 0.25],
    "interpolation": "bicubic",
    "resize_mode": "squash",  # nothing at the edges is lost
}
_UNKNOWN = 49_000  # a token that no sentence has; stands for all words never seen
_DRAWN_PX = ((96, 72), (80, 80), (72, 96), (112, 72))  # the model squashes them all to one shape


@dataclass(frozen=True, slots=True)
class Training:
    """What a training depends on."""

    scenes: int = 16_000
    steps: int = 600
    batch: int = 256
    nonsense: int = 64  # texts in a batch that say nothing of any picture
    unknown_share: float = 0.05  # of the words that are taken away
    learning_rate: float = 2e-3
    seed: int = 20_260_101


@dataclass(frozen=True, slots=True)
class Quality:
    """Pictures of texts never seen, put to sentences by assignment."""

    texts: int
    pictures: int
    sentences: float  # of a text, on average
    placed_right: float  # share of the pictures at their own sentence
    best_right: float  # share whose best sentence is their own, without assignment


def drawn_scenes(settings: Training) -> tuple[list[Scene], torch.Tensor]:
    """Return scenes without held-out combinations, and their pictures (n, 3, side, side) uint8."""
    rng = Random(settings.seed)
    scenes = [scene(rng, held_out=False) for _ in range(settings.scenes)]
    pixels = np.empty((len(scenes), SIDE_PX, SIDE_PX, 3), np.uint8)
    for at, one in enumerate(scenes):
        image = draw(one, *rng.choice(_DRAWN_PX))
        pixels[at] = image.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC)
    return scenes, torch.from_numpy(pixels).permute(0, 3, 1, 2)


def batches(
    scenes: list[Scene], pixels: torch.Tensor, settings: Training
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield normalised pictures and the tokens of their sentences, nonsense after them."""
    rng = Random(settings.seed + 1)
    noise = torch.Generator().manual_seed(settings.seed)
    tokenizer = open_clip.get_tokenizer("", context_length=MODEL["text_cfg"]["context_length"])
    mean = torch.tensor(PREPROCESSING["mean"]).view(1, 3, 1, 1)
    std = torch.tensor(PREPROCESSING["std"]).view(1, 3, 1, 1)
    for _ in range(settings.steps):
        chosen = rng.sample(range(len(scenes)), settings.batch)
        images = pixels[torch.tensor(chosen)].float() / 255
        images += 0.02 * torch.randn(images.shape, generator=noise)
        texts = [sentence(scenes[at], rng) for at in chosen]
        nonsense = [
            " ".join(rng.choices(("x", "a", "the"), (8, 1, 1), k=rng.randint(4, 14)))
            for _ in range(settings.nonsense)
        ]
        tokens = tokenizer(texts + nonsense)
        words = (tokens > 0) & (tokens < tokenizer.sot_token_id)
        gone = torch.rand(tokens.shape, generator=noise) < settings.unknown_share
        filler = tokens == tokenizer.encode("x")[0]
        yield (images - mean) / std, tokens.masked_fill(words & (gone | filler), _UNKNOWN)


def train(settings: Training) -> tuple[CLIP, set[int]]:
    """Return a trained model and the tokens that it has seen."""
    torch.manual_seed(settings.seed)
    model = CLIP(**MODEL)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.learning_rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=settings.steps, pct_start=0.1
    )
    scenes, pixels = drawn_scenes(settings)
    print(f"{len(scenes)} scenes drawn, {time.process_time():.0f} s of CPU time", flush=True)
    seen: set[int] = set()
    model.train()
    for step, (images, tokens) in enumerate(batches(scenes, pixels, settings)):
        seen.update(tokens.unique().tolist())
        pictured = model.encode_image(images, normalize=True)
        told = model.encode_text(tokens, normalize=True)
        logits = model.logit_scale.exp() * pictured @ told.T
        own = torch.arange(len(images))
        loss = F.cross_entropy(logits, own) + F.cross_entropy(logits[:, : len(own)].T, own)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, np.log(100))
        if step % 50 == 0:
            print(
                f"step {step}: loss {loss.item() / 2:.3f}, {time.process_time():.0f} s", flush=True
            )
    return model.eval(), seen


def save(model: CLIP, seen: set[int], folder: Path) -> None:
    """Write configuration and weights, float16; words never seen get the row of the unknown one."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: value.half().contiguous()
        for name, value in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    rows = weights["token_embedding.weight"]
    never = torch.ones(len(rows), dtype=torch.bool)
    never[list(seen)] = False
    rows[never] = rows[_UNKNOWN].clone()
    save_file(weights, folder / "open_clip_model.safetensors")
    config = {"model_cfg": MODEL, "preprocess_cfg": PREPROCESSING}
    text = json.dumps(config, indent=1) + "\n"
    (folder / "open_clip_config.json").write_text(text, encoding="utf-8")


def measure(folder: Path, texts: int = 200, seed: int = 7, *, held_out: bool = True) -> Quality:
    """Load a saved model and let it place the pictures of new texts, six a text.

    Args:
        folder: of the model.
        texts: how many.
        seed: of the texts.
        held_out: whether every picture shows a combination that training never did.
    """
    model, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(f"local-dir:{folder}")
    model.eval()
    rng = Random(seed)
    right = best = shown = told = 0
    for _ in range(texts):
        text = drawn_text(rng, held_out=held_out)
        images = torch.stack([preprocess(picture) for picture in pictures(text)])
        with torch.no_grad():
            similarity = (
                model.encode_image(images, normalize=True)
                @ model.encode_text(tokenizer(list(text.sentences)), normalize=True).T
            ).numpy()
        own = np.array(text.own_sentence)
        _, placed = linear_sum_assignment(similarity, maximize=True)
        right += int((placed == own).sum())
        best += int((similarity.argmax(1) == own).sum())
        shown += len(own)
        told += len(text.sentences)
    return Quality(texts, shown, told / texts, right / shown, best / shown)


def main(folder: Path) -> None:
    """Train, save, measure, and write the model card."""
    settings = Training()
    model, seen = train(settings)
    save(model, seen, folder)
    new, known = measure(folder), measure(folder, held_out=False)
    (folder / "README.md").write_text(card(settings, new, known), encoding="utf-8")
    print(new, known, sep="\n")


def card(settings: Training, new: Quality, known: Quality) -> str:
    """Return the model card."""
    return f"""---
license: apache-2.0
library_name: open_clip
pipeline_tag: zero-shot-image-classification
---
# drawn-clip

A CLIP model of {SIDE_PX} x {SIDE_PX} pixels for pictures that a script drew: a few shapes of a few
colours on a plain ground, and English sentences that describe them. It exists so that the demo and
the tests of interleaf place pictures at sentences without any download. **It knows nothing else**:
for real pictures take a real model, by its name in open_clip.

- Architecture: open_clip's own ResNet (width 12) and text transformer (width 48, 2 layers) with
  CLIP's tokenizer. Words that training never had all share one vector.
- Training: `python -m sample.train_drawn`, {settings.scenes:,} scenes, {settings.steps:,} steps of
  {settings.batch}, on two CPU cores. No picture or sentence comes from anywhere else.
- Licence: Apache-2.0, like the rest of the project.

## How well it places pictures

{new.texts} new texts, 6 pictures each and {new.sentences:.1f} sentences on average, both shuffled.
Of the sentences that are nobody's own, half describe scenes that are not shown, half describe
none. `sample.train_drawn.measure` measures it again.

| pictures | at their own sentence, by assignment | whose best sentence is their own |
|---|---|---|
| of combinations kept from training | {new.placed_right:.3f} | {new.best_right:.3f} |
| of other scenes, new as well | {known.placed_right:.3f} | {known.best_right:.3f} |

A combination is a count, a colour and a shape; one in nine was kept from training.
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
