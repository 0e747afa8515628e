"""What the rules take from pages whose true content is known.

    python -m benchmarks.rules                            the preset default
    python -m benchmarks.rules --preset obelics
    python -m benchmarks.rules --set paragraphs.min_words=2      another setting beside the preset
    python -m benchmarks.rules --sites odd                only every other site: even, odd or all
    python -m benchmarks.rules --worst paragraph_stopwords 20    true paragraphs that a rule takes

Pages: `pages/*.warc.gz` and `readability` in ../shared/data. Extraction and rules run as in the
job, deduplication excepted, and no picture's bytes are known. A word of a paragraph is true where
it stands in a run of four words that the truth holds too (a shorter paragraph: as a whole); every
other word is boilerplate, and so is a copy that the truth does not hold. Rules on paragraphs are
counted in every document whose language has rules; rules on documents apart from them. An image is
left alone when the paragraph next to it on each side is gone and one of the two was true.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

from obelics_like.rules.judge import Rules
from obelics_like.rules.mark_document import finish, mark_page
from obelics_like.settings import ObelicsSettings, load_settings
from webdoc.archive.reader import read_captures
from webdoc.page.document import Document, Node
from webdoc.page.extract import ExtractSettings, extract
from webdoc.page.read_capture import document_of
from webdoc.reasons import Kind, Reason
from webdoc.storage.inputs import expand_inputs, splits_of

DATA = Path(__file__).resolve().parents[2] / "shared/data"
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+")
_RUN = 4  # words
_MOSTLY = 0.5  # share of a paragraph's words that are true when it counts as true content
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Page:
    """A page before any rule, and its true text."""

    document: Document
    truth: str
    kind: str  # article, forum, ... as the truth says; readability has but articles


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower case; each Han character is one."""
    return _WORD.findall(text.lower())


class Truth:
    """The true text of a page, asked which words of a paragraph it holds."""

    def __init__(self, text: str) -> None:
        words = words_of(text)
        self._runs = {
            n: set(zip(*(words[i:] for i in range(n)), strict=False)) for n in range(2, _RUN + 1)
        }
        self._lines = Counter(tuple(words_of(line)) for line in text.split("\n"))
        self._whole = f" {' '.join(words)} "
        self._asked: Counter[tuple[str, ...]] = Counter()

    def true_words(self, text: str) -> tuple[int, int]:
        """Return how many words of the next paragraph are true, and how many it has.

        A paragraph that the page holds once more than the truth does is boilerplate the last time.
        """
        words = words_of(text)
        before = self._asked[tuple(words)]
        self._asked[tuple(words)] += 1
        if before and before >= self._times(words):
            return 0, len(words)
        if len(words) < 2:
            return (len(words) if tuple(words) in self._lines else 0), len(words)
        n = min(_RUN, len(words))
        covered = [False] * len(words)
        for start, run in enumerate(zip(*(words[i:] for i in range(n)), strict=False)):
            if run in self._runs[n]:
                covered[start : start + n] = [True] * n
        return sum(covered), len(words)

    def _times(self, words: list[str]) -> int:
        if len(words) < 2:
            return self._lines[tuple(words)]
        return self._whole.count(f" {' '.join(words)} ")


@dataclass(slots=True)
class Taken:
    """What one rule takes, or what all leave."""

    nodes: int = 0
    words: int = 0
    true_words: int = 0

    def add(self, true_words: int, words: int) -> None:
        """Count one paragraph."""
        self.nodes += 1
        self.words += words
        self.true_words += true_words


@dataclass(slots=True)
class Result:
    """What the rules do to all pages."""

    before: Taken = field(default_factory=Taken)
    after: Taken = field(default_factory=Taken)
    by_rule: dict[str, Taken] = field(default_factory=lambda: defaultdict(Taken))
    documents: Counter[str] = field(default_factory=Counter)
    true_of_documents: Counter[str] = field(default_factory=Counter)
    images: int = 0
    images_alone: int = 0
    examples: list[tuple[float, str]] = field(default_factory=list)


def site_of(url: str, name: str) -> bool:
    """Say whether a page's site is one of the even half; readability pages go by their names."""
    host = urlsplit(url).hostname or ""
    key = name if host == "fakehost" else host.removeprefix("www.")
    return blake2b(key.encode(), digest_size=1).digest()[0] % 2 == 0


def pages(sites: str) -> Iterator[Page]:
    """Yield the pages with truth of the sites that are wanted."""
    settings = load_settings()
    wanted = {"all": (True, False), "even": (True,), "odd": (False,)}[sites]
    for warc in sorted((DATA / "pages").glob("*.warc.gz")):
        truth_file = warc.with_name(warc.name.replace(".warc.gz", ".truth.jsonl"))
        with truth_file.open(encoding="utf-8") as lines:
            truths = {row["url"]: row for row in map(json.loads, lines)}
        for split in splits_of(expand_inputs([str(warc)]), settings.archives.split_bytes):
            for capture in read_captures(split, settings.archives):
                row = truths.get(capture.url)
                if capture.kind is not Kind.PAGE or not row or not row["text"]:
                    continue
                if site_of(capture.url, "") in wanted:
                    yield Page(
                        document_of(capture, settings.extraction), row["text"], row["page_type"]
                    )
    for folder in sorted((DATA / "readability").iterdir()):
        url = "http://fakehost/test/page.html"
        if site_of(url, folder.name) in wanted:
            found = extract((folder / "source.html").read_bytes(), url, ExtractSettings())
            truth = unescape(_TAG.sub("\n", (folder / "expected.html").read_text("utf-8")))
            yield Page(Document(folder.name, url, nodes=found.nodes), truth, "readability")


def measure(documents: Sequence[Page], settings: ObelicsSettings, worst: str = "") -> Result:
    """Return what rules with these settings take from the pages."""
    rules, result = Rules.load(settings), Result()
    for page in documents:
        judged = mark_page(page.document, rules)
        finished = finish(replace(judged, reject_reason=None), rules)
        reason = judged.reject_reason or finished.reject_reason
        truth = Truth(page.truth)
        true_in_document = 0
        if rules.judge(judged.language) is None:
            result.documents["no rules for its language"] += 1
            continue
        true_share: list[float] = []
        for node in finished.nodes:
            true, words = truth.true_words(node.text)
            true_share.append(true / words if words else 0.0)
            if node.kind != "text":
                continue
            result.before.add(true, words)
            if node.reject_reason is None:
                result.after.add(true, words)
                true_in_document += true
                continue
            result.by_rule[node.reject_reason].add(true, words)
            if node.reject_reason == worst and true > _MOSTLY * words:
                result.examples.append((node.reject_value or 0.0, node.text))
        _count_images(finished.nodes, true_share, result)
        if reason not in (None, Reason.DOCUMENT_IMAGES):
            result.documents[reason] += 1
            result.true_of_documents[reason] += true_in_document
    return result


def _count_images(nodes: Sequence[Node], true_share: Sequence[float], result: Result) -> None:
    for place, node in enumerate(nodes):
        if node.image is None or node.reject_reason is not None:
            continue
        result.images += 1
        beside = [
            other
            for other in (place - 1, place + 1)
            if 0 <= other < len(nodes) and nodes[other].kind == "text"
        ]
        gone = [other for other in beside if nodes[other].reject_reason is not None]
        if gone and len(gone) == len(beside) and any(true_share[o] > _MOSTLY for o in gone):
            result.images_alone += 1


def show(title: str, result: Result) -> None:
    """Print one table."""
    print(f"\n{title}\n{'rule':36s} {'nodes':>7s} {'words':>8s} {'of them true':>13s}")
    for reason, taken in sorted(result.by_rule.items()):
        share = taken.true_words / max(taken.words, 1)
        print(f"{reason:36s} {taken.nodes:7d} {taken.words:8d} {share:13.1%}")
    for name, taken in (("before the rules", result.before), ("after", result.after)):
        share = taken.true_words / max(taken.words, 1)
        print(f"{name:36s} {taken.nodes:7d} {taken.words:8d} {share:13.1%}")
    before, after = result.before, result.after
    copies = result.by_rule[Reason.PARAGRAPH_REPEATED_IN_DOCUMENT].true_words
    lost = (before.true_words - after.true_words - copies) / max(before.true_words, 1)
    kept = (after.words - after.true_words) / max(before.words - before.true_words, 1)
    print(f"true words lost {lost:.2%}, with copies of kept ones", end=" ")
    print(f"{lost + copies / max(before.true_words, 1):.2%}; boilerplate kept {kept:.2%}")
    print(f"images left without their own text: {result.images_alone} of {result.images}")
    for reason, count in sorted(result.documents.items()):
        print(f"{count:5d} documents: {reason} ({result.true_of_documents[reason]} true words)")


def main() -> None:
    """Read the pages once, then judge them by each setting."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--preset", default="default")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    parser.add_argument("--sites", choices=("all", "even", "odd"), default="all")
    parser.add_argument("--worst", nargs=2, metavar=("REASON", "COUNT"))
    arguments = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{DATA} is missing: it holds the pages with truth")
    documents = list(pages(arguments.sites))
    preset = [f'preset="{arguments.preset}"']
    worst = arguments.worst[0] if arguments.worst else ""
    results = {arguments.preset: load_settings(assignments=preset)}
    if arguments.set:
        title = f"{arguments.preset}, {', '.join(arguments.set)}"
        results[title] = load_settings(assignments=[*preset, *arguments.set])
    for title, settings in results.items():
        result = measure(documents, settings, worst)
        show(f"{title}: {len(documents)} pages", result)
        for value, text in result.examples[: int(arguments.worst[1]) if arguments.worst else 0]:
            print(f"  {value:.3f}  {text[:200]!r}")


if __name__ == "__main__":
    main()
