"""Small pictures from many hosts on the loopback: one task of ours beside img2dataset.

    python -m benchmarks.fetch --peer VENV/bin/python         with img2dataset in that environment
    python -m benchmarks.fetch                                ours alone

A server process serves thumbnails made of the real pictures of ../shared/data/sites under 500 host
names (127.1.x.y), each answer made before anybody asks. It has one core, the fetching process
another; each contender stores the bytes as they come, in Parquet, with their sha256, one after the
other in each round, and the best round counts. img2dataset neither decodes nor encodes here. Ours
asks each host for its robots.txt first, reads the header of every picture, and keeps time, ETag and
cause. It keeps to two requests at once for a host; its rate for a host is set so high that it does
not bind.

Seconds are those of fetching, without the start of processes (of img2dataset, as its own
statistics say). Microseconds of CPU are those that a picture more costs: of the whole run, less
those of a run of 500 pictures. Memory is the largest sum of proportional sizes (PSS) of all
processes of a contender, looked at every 0.2 seconds.
"""

import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
from PIL import Image

from spark_jobs.fetch_images import fetch_into
from spark_jobs.sources.fetched_files import FETCH_ROWS, Shards
from webdoc.archive.reader import ReadSettings, read_captures
from webdoc.fetch.settings import FetchSettings
from webdoc.page.read_capture import calm_collector
from webdoc.permission.gate import PermissionGate
from webdoc.permission.signs import PermissionSettings
from webdoc.reasons import Kind
from webdoc.storage.inputs import expand_inputs, splits_of

SITES = Path(__file__).resolve().parents[2] / "shared/data/sites"
HOSTS = 500
FEW = 500  # pictures of the run that shows what a start costs
SERVER_CORE, CLIENT_CORE = 1, 0
_PEER = """
import sys
from img2dataset import download
urls, out, threads = sys.argv[1:]
download(
    url_list=urls, output_folder=out, input_format="txt", output_format="parquet",
    processes_count=1, thread_count=int(threads), disable_all_reencoding=True, resize_mode="no",
    number_sample_per_shard=10000, compute_hash="sha256", enable_wandb=False, retries=0,
)
"""


def pictures(count: int) -> Iterator[bytes]:
    """Yield small pictures: parts of real ones, 100 to 200 pixels wide, JPEG and WebP."""
    chance = random.Random(1)
    originals = (
        capture.body
        for file in sorted(SITES.glob("*.warc.gz"))
        for split in splits_of(expand_inputs([str(file)]), 1 << 40)
        for capture in read_captures(split, ReadSettings())
        if capture.kind is Kind.IMAGE
    )
    large = [picture for picture in map(opened, originals) if picture is not None]
    for number in range(count):
        picture = large[number % len(large)]
        side = chance.randint(100, 200)
        left = chance.randint(0, picture.width - side)
        top = chance.randint(0, picture.height - side)
        out = BytesIO()
        part = picture.crop((left, top, left + side, top + side))
        part.save(out, "JPEG" if number % 2 else "WEBP", quality=80, method=0)
        yield out.getvalue()


def opened(body: bytes) -> Image.Image | None:
    """Return a picture of at most 800 pixels, None for one that is too small or no picture."""
    try:
        picture = Image.open(BytesIO(body)).convert("RGB")
    except (OSError, ValueError):
        return None
    picture.thumbnail((800, 800))
    return picture if min(picture.size) > 200 else None


class Answering(asyncio.Protocol):
    """As little of a web server as keeps it from being what is measured."""

    answers: tuple[tuple[bytes, bytes], ...] = ()  # to keep the connection, and to close it
    _missing = tuple(
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: %s\r\n\r\n" % word
        for word in (b"keep-alive", b"close")
    )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport
        self._data = b""

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head, self._data = self._data[:end], self._data[end + 4 :]
            name = head[5 : head.find(b" ", 5)]  # GET /17.jpg HTTP/1.1
            closes = b"onnection: close" in head
            pair = self.answers[int(name[:-4])] if name.endswith(b".jpg") else self._missing
            self._transport.write(pair[closes])  # type: ignore[attr-defined]
            if closes:
                self._transport.close()


def answer(body: bytes, closes: bool) -> bytes:
    """Return a whole answer, made before anybody asks for it."""
    return (
        b'HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nETag: "e"\r\nContent-Length: %d\r\n'
        b"Connection: %s\r\n\r\n%s" % (len(body), b"close" if closes else b"keep-alive", body)
    )


def serve(count: int) -> None:
    """Serve until killed; prints the port and the mean size when ready."""
    os.sched_setaffinity(0, {SERVER_CORE})
    bodies = tuple(pictures(count))
    Answering.answers = tuple((answer(body, False), answer(body, True)) for body in bodies)

    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Answering, "0.0.0.0", 0, backlog=4096)
        mean = sum(map(len, bodies)) // count
        print(server.sockets[0].getsockname()[1], mean, flush=True)
        await server.serve_forever()

    asyncio.run(forever())


def ours(urls: str, out: str, parallel: int) -> None:
    """Be one task of the fetch job, without Spark; print its seconds."""
    settings = FetchSettings(
        contact="benchmarks",
        allow_private=True,
        parallel=parallel,
        rate_per_host=1e6,
        retries=0,
        shard_rows=10_000,
    )
    calm_collector()  # as our workers do
    start = time.perf_counter()
    shards = Shards(out, "run=000001", "part", settings)
    with open(urls, encoding="utf-8") as lines, shards:
        addresses = (line.strip() for line in lines)
        asyncio.run(fetch_into(shards, addresses, settings, PermissionGate(PermissionSettings())))
    print(json.dumps({"seconds": time.perf_counter() - start}))


def cpu_of(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(command: list[str], server: int) -> dict[str, float]:
    """Run a contender on its core; return CPU seconds, peak MB, and the seconds it printed."""
    before, server_before = os.times(), cpu_of(server)
    process = subprocess.Popen(
        ["taskset", "--cpu-list", str(CLIENT_CORE), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    peak_kb = 0
    lines: list[str] = []
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()))
    reader.start()
    while process.poll() is None:
        peak_kb = max(peak_kb, sum(map(pss_kb, family(process.pid))))
        time.sleep(0.2)
    reader.join()
    after = os.times()
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed")
    cpu_s = after.children_user + after.children_system
    cpu_s -= before.children_user + before.children_system
    found = {"cpu_s": cpu_s, "server_s": cpu_of(server) - server_before}
    found["peak_mb"] = peak_kb / 1024
    return found | (json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {})


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(each for child in below for each in family(int(child)))]


def pss_kb(pid: int) -> int:
    """Return a process's proportional share of memory."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def our_run(asked: argparse.Namespace, urls: Path, folder: Path, count: int) -> dict[str, float]:
    """Measure ours, and check that every picture came."""
    command = [sys.executable, "-m", "benchmarks.fetch", "--ours", str(urls), str(folder)]
    found = measured([*command, "--parallel", str(asked.parallel)], asked.server)
    rows = pq.ParquetDataset(folder / FETCH_ROWS).read(["cause"])
    assert rows.column("cause").to_pylist().count("ok") == count
    return found


def peer_run(asked: argparse.Namespace, urls: Path, folder: Path, count: int) -> dict[str, float]:
    """Measure img2dataset, and check likewise."""
    command = [asked.peer, "-c", _PEER, str(urls), str(folder), str(asked.peer_threads)]
    found = measured(command, asked.server)
    stats = [json.loads(file.read_text()) for file in folder.glob("*_stats.json")]
    assert sum(each["successes"] for each in stats) == count
    return found | {"seconds": sum(each["end_time"] - each["start_time"] for each in stats)}


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--parallel", type=int, default=64)
    parser.add_argument("--peer", help="Python of an environment that has img2dataset")
    parser.add_argument("--peer-threads", type=int, default=64)
    parser.add_argument("--ours", nargs=2, metavar=("URLS", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.count)
    elif asked.ours:
        urls, out = asked.ours
        ours(urls, out, asked.parallel)
    else:
        compare(asked)


def compare(asked: argparse.Namespace) -> None:
    """Start the server, let the contenders take turns, print the best of each."""
    command = [sys.executable, "-m", "benchmarks.fetch", "--serve", "--count", str(asked.count)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    asked.server = server.pid
    rounds: dict[str, list[dict[str, float]]] = {"ours": [], "img2dataset": []}
    try:
        port, mean = server.stdout.readline().split()
        with tempfile.TemporaryDirectory() as place:
            hosts = [f"127.1.{number // 250}.{number % 250 + 1}" for number in range(HOSTS)]
            lines = [f"http://{hosts[i % HOSTS]}:{port}/{i}.jpg" for i in range(asked.count)]
            for number, count in enumerate((FEW, *[asked.count] * asked.rounds)):
                urls = Path(place, f"{count}.txt")
                urls.write_text("\n".join(lines[:count]))
                for name, runs in rounds.items():
                    if name == "ours" or asked.peer:
                        out = Path(place, f"{name}{number}")
                        one = our_run if name == "ours" else peer_run
                        runs.append(one(asked, urls, out, count))
                        print(name, count, runs[-1], flush=True)
    finally:
        server.terminate()
    print(f"{asked.count} pictures of {mean} bytes, {HOSTS} hosts, best of {asked.rounds} rounds")
    best = {name: summary(name, runs, asked.count) for name, runs in rounds.items() if runs}
    if len(best) == 2:
        ratios = [a / b for a, b in zip(best["ours"], best["img2dataset"], strict=True)]
        print(
            f"ours / img2dataset: {ratios[0]:.2f} times the images/s, "
            f"{ratios[1]:.2f} times the CPU, {ratios[2]:.2f} times the memory"
        )


def summary(name: str, runs: list[dict[str, float]], count: int) -> tuple[float, float, float]:
    """Print and return the best of all rounds: images/s, CPU us a picture, MB."""
    few, *many = runs
    speed = count / min(run["seconds"] for run in many)
    cpu_us = (min(run["cpu_s"] for run in many) - few["cpu_s"]) / (count - FEW) * 1e6
    peak_mb = min(run["peak_mb"] for run in many)
    server_us = min(run["server_s"] for run in many) / count * 1e6
    print(
        f"{name:12} {speed:6.0f} images/s {cpu_us:6.0f} us of CPU each {peak_mb:5.0f} MB,"
        f" {server_us:4.0f} us of the server"
    )
    return speed, cpu_us, peak_mb


if __name__ == "__main__":
    main()
