"""Pictures a second: the job that embeds them beside open_clip alone, in one run.

    python -m benchmarks.clip                 # a task's way from files to vectors
    python -m benchmarks.clip --spark         # the whole job as well, its worker warm

open_clip alone is given tensors that are prepared already, in the same batches, by the same model
on as many threads; so 1.0 would mean that reading, decoding, shaping and storing cost nothing.
Weights are random: vectors need not mean anything here.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

import torch

from sample.drawn import draw, scene
from webdoc.clip.model import ClipModel, ClipSettings
from webdoc.clip.weights import load
from webdoc.picture.rgb import rgb


@dataclass(frozen=True, slots=True)
class Spent:
    """What one pass over all pictures took."""

    wall_s: float
    cpu_s: float  # of this process


def spent(step: Callable[[], object]) -> Spent:
    """Return what a call takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    step()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def photographs(count: int, width_px: int, height_px: int) -> list[bytes]:
    """Return JPEG files of the size that pages show."""
    rng, found = Random(1), []
    for _ in range(count):
        out = BytesIO()
        draw(scene(rng), width_px, height_px).save(out, "JPEG", quality=88)
        found.append(out.getvalue())
    return found


def on_threads(asked: argparse.Namespace, bodies: list[bytes]) -> Iterator[tuple[Spent, Spent]]:
    """Take turns, so that a busy machine slows both; yield open_clip's and ours of each round."""
    parts = load(asked.model)
    settings = ClipSettings(model=asked.model, batch=asked.batch, device=asked.device)
    ours = ClipModel(settings, threads=asked.threads, loaded=parts)
    pictures = [rgb(body, 50_000_000, parts.side_px)[0] for body in bodies]
    tensors = torch.stack([parts.preprocess(picture) for picture in pictures])

    def bare() -> None:
        kind = ours.device.partition(":")[0]
        low = ours.precision == "bf16"
        with torch.inference_mode(), torch.autocast(kind, dtype=torch.bfloat16, enabled=low):
            for first in range(0, len(tensors), asked.batch):
                batch = tensors[first : first + asked.batch].to(ours.device)
                parts.model.encode_image(batch).float().cpu()

    def job() -> None:
        for _ in ours.encode_images(bodies):
            pass

    bare()  # the first call plans and allocates
    for _ in range(asked.rounds):
        alone, whole = spent(bare), spent(job)
        yield alone, whole


def spark_job(asked: argparse.Namespace, bodies: list[bytes]) -> list[float]:
    """Return the seconds of each run of the whole job; the first one loads the model."""
    # Here: a machine with a GPU and no Spark can still run the first part.
    from spark_jobs.embed_images import embed_images  # noqa: PLC0415
    from spark_jobs.run.session import open_session  # noqa: PLC0415
    from spark_jobs.sources.image_places import folder_places  # noqa: PLC0415
    from webdoc.run_settings import SparkSettings  # noqa: PLC0415

    clip = ClipSettings(model=asked.model, batch=asked.batch, device=asked.device)
    session = SparkSettings(master="local[1]", conf={"spark.sql.shuffle.partitions": "1"})
    seconds = []
    with tempfile.TemporaryDirectory() as place, open_session("clip", session) as spark:
        folder = Path(place, "pictures")
        folder.mkdir()
        for number, body in enumerate(bodies):
            (folder / f"{number:06d}.jpg").write_bytes(body)
        for turn in range(asked.rounds + 1):
            places, out = folder_places(spark, str(folder)), f"{place}/vectors-{turn}"
            whole = spent(lambda places=places, out=out: embed_images(spark, places, clip, out))
            seconds.append(round(whole.wall_s, 2))
    return seconds


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="ViT-B-32:random")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--pictures", type=int, default=192)
    parser.add_argument("--threads", type=int, default=1, help="of torch; a Spark task has one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, nargs=2, default=(640, 480), help="of the JPEG files")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--spark", action="store_true", help="the whole job as well, on one core")
    asked = parser.parse_args()
    bodies = photographs(asked.pictures, *asked.size)
    rounds = []
    for both in on_threads(asked, bodies):
        rounds.append(both)
        print(*both, flush=True)
    alone, ours = (
        Spent(min(one.wall_s for one in side), min(one.cpu_s for one in side))
        for side in zip(*rounds, strict=True)
    )
    report: dict[str, object] = {
        "pictures": len(bodies),
        "open_clip_pictures_s": round(len(bodies) / alone.wall_s, 2),
        "ours_pictures_s": round(len(bodies) / ours.wall_s, 2),
        "best_ratio": round(alone.wall_s / ours.wall_s, 3),
        "best_cpu_ratio": round(alone.cpu_s / ours.cpu_s, 3),
    }
    if asked.spark:
        seconds = spark_job(asked, bodies)
        report |= {
            "job_first_s": seconds[0],
            "job_warm_s": min(seconds[1:]),
            "job_ratio": round(alone.wall_s / min(seconds[1:]), 3),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
