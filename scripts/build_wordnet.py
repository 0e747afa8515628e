"""Build the tables of webdoc/text/wordnet from the files of WordNet 3.0.

Debian and Ubuntu have them in the package wordnet-base:

    apt-get download wordnet-base && dpkg -x wordnet-base_*.deb wordnet
    python scripts/build_wordnet.py wordnet/usr/share/wordnet

The same files give the same bytes. What is taken: of nouns the synsets, their lemmas and their
hypernyms; of verbs and adjectives the single words; irregular forms of nouns and verbs. Glosses
and all other relations are left out. The offsets are those of WordNet 3.0: ImageNet's ids are made
of them, and WordNet 3.1 has others.
"""

import lzma
import sys
from collections.abc import Iterator
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "webdoc" / "text" / "wordnet"
HYPERNYMS = ("@", "@i")  # of a kind, and of an instance: wninput(5WN)


def lines_of(file: Path) -> Iterator[str]:
    """Yield the lines of a file of WordNet; those of its licence begin with two blanks."""
    for line in file.read_text(encoding="latin-1").splitlines():
        if not line.startswith("  "):
            yield line


def senses(folder: Path, kind: str) -> dict[str, list[int]]:
    """Return the synsets of each lemma, the most frequent first: wndb(5WN), index files."""
    found = {}
    for line in lines_of(folder / f"index.{kind}"):
        lemma, _, count, *rest = line.split()
        found[lemma] = [int(offset) for offset in rest[-int(count) :]]
    return found


def hypernyms(folder: Path) -> dict[int, list[int]]:
    """Return the hypernyms of each synset of nouns: wndb(5WN), data files."""
    found = {}
    for line in lines_of(folder / "data.noun"):
        words = line.split(" | ")[0].split()
        at = 4 + 2 * int(words[3], 16)
        pointers = words[at + 1 : at + 1 + 4 * int(words[at])]
        kinds, targets = pointers[::4], pointers[1::4]
        found[int(words[0])] = [
            int(to) for kind, to in zip(kinds, targets, strict=True) if kind in HYPERNYMS
        ]
    return found


def noun_table(folder: Path) -> str:
    """Return a line a synset, by offset: step to its offset, hypernyms as lines back, lemmas.

    A lemma of which it is not the first sense has its rank behind a %.
    """
    above = hypernyms(folder)
    line_of = {offset: line for line, offset in enumerate(sorted(above))}
    lemmas: dict[int, list[str]] = {offset: [] for offset in above}
    for lemma, own in senses(folder, "noun").items():
        for rank, offset in enumerate(own):
            lemmas[offset].append(f"{lemma}%{rank}" if rank else lemma)
    rows, last = [], 0
    for offset in sorted(above):
        back = ",".join(str(line_of[offset] - line_of[parent]) for parent in above[offset])
        rows.append(f"{offset - last} {back or '-'} {' '.join(lemmas[offset])}")
        last = offset
    return "\n".join(rows) + "\n"


def word_table(folder: Path) -> str:
    """Return four lines: verbs, adjectives, irregular nouns, irregular verbs, as form=lemma."""
    rows = [
        [lemma for lemma in sorted(senses(folder, kind)) if "_" not in lemma]
        for kind in ("verb", "adj")
    ]
    for kind in ("noun", "verb"):
        pairs = (line.split()[:2] for line in lines_of(folder / f"{kind}.exc"))
        rows.append([f"{form}={lemma}" for form, lemma in pairs])
    return "\n".join(" ".join(row) for row in rows) + "\n"


def main(folder: Path) -> None:
    """Write both tables and the licence."""
    for name, text in (("nouns", noun_table(folder)), ("words", word_table(folder))):
        packed = lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)
        (OUT / f"{name}.txt.xz").write_bytes(packed)
        print(f"{name}.txt.xz: {len(packed)} bytes")
    head = (folder / "data.noun").read_text(encoding="latin-1").splitlines()[:29]
    (OUT / "LICENSE").write_text(
        "\n".join(line.split(maxsplit=1)[1] if len(line.split()) > 1 else "" for line in head)
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
