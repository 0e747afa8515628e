"""A few URLs at once, their redirects followed, their pictures in memory."""

import asyncio
from collections.abc import Iterable

from webdoc.fetch.client import Lookup
from webdoc.fetch.crawl import fetch_all
from webdoc.fetch.manifest import Answer, Cause, Fetched, at_end_of_redirects
from webdoc.fetch.settings import FetchSettings
from webdoc.permission.gate import Gate


def fetch_pictures(
    urls: Iterable[str], settings: FetchSettings, gate: Gate, lookup: Lookup | None = None
) -> dict[str, Answer]:
    """Fetch a few URLs at once, follow their redirects, and return the answer for each.

    What `spark_jobs.fetch_images` does with a frontier in tables, for lists that fit into memory.
    """
    wanted = dict.fromkeys(urls)
    asked: dict[str, Answer] = {}

    async def ask(some: list[str]) -> None:
        async for answer in fetch_all(some, settings, gate, lookup):
            asked[answer.row.url] = answer

    def end(url: str) -> tuple[str, int]:
        hops = 0
        while (answer := asked.get(url)) and answer.row.cause == Cause.MOVED:
            url, hops = answer.row.redirect_url, hops + 1
            if hops > settings.max_redirects:
                break
        return url, hops

    frontier = list(wanted)
    while frontier:
        asyncio.run(ask(frontier))
        ends = (end(url) for url in wanted)
        open_ends = {
            url for url, hops in ends if url not in asked and hops <= settings.max_redirects
        }
        frontier = sorted(open_ends)
    result = {}
    for url in wanted:
        last, hops = end(url)
        answer = asked.get(last, Answer(Fetched(last, Cause.MOVED)))
        row = at_end_of_redirects(url, answer.row, hops, settings.max_redirects)
        result[url] = Answer(row, answer.body if row.cause == Cause.OK else b"")
    return result
