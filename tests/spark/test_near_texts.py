import json
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

from spark_jobs.duplicates.near_texts import Earlier, candidate_pairs, near_duplicates
from spark_jobs.duplicates.text_signatures import signatures, similarities
from spark_jobs.run.tables import spark_schema
from webdoc.duplicates.minhash import MinHashSettings, candidate_chance, fingerprint
from webdoc.duplicates.near_duplicates import NearCopy, NearTextSettings, TextSignature
from webdoc.duplicates.shingles import ShingleSettings, shingle_texts

TEXTS = "doc_id string, text string, capture_time string"
EXACT = NearTextSettings(verification="exact")
TIME = "2024-05-18T01:58:10Z"

Pair = tuple[str, str]


def edited(text: str, changes: int, dice: random.Random) -> str:
    words = text.split()
    for _ in range(changes):
        words[dice.randrange(len(words))] = f"other{dice.randrange(10**6)}"
    return " ".join(words)


def invented(count: int, seed: int, words: int = 120) -> dict[str, str]:
    """Texts of random words, two in three of them a copy of an earlier one with 0 to 3 changes."""
    dice = random.Random(seed)
    made: dict[str, str] = {}
    for i in range(count):
        text = " ".join(f"w{dice.randrange(5000)}" for _ in range(words))
        if made and i % 3:
            text = edited(dice.choice(list(made.values())), dice.randrange(4), dice)
        made[f"{dice.getrandbits(128):032x}"] = text
    return made


def table(spark: SparkSession, texts: dict[str, str | None]) -> DataFrame:
    return spark.createDataFrame([(i, text, TIME) for i, text in texts.items()], TEXTS)


def signed(
    spark: SparkSession, texts: dict[str, str | None], settings: NearTextSettings = EXACT
) -> DataFrame:
    return signatures(table(spark, texts), settings.minhash).localCheckpoint()


def found(clusters: DataFrame) -> dict[str, NearCopy]:
    rows = [NearCopy(**row.asDict()) for row in clusters.collect()]
    assert len(rows) == len({row.doc_id for row in rows})
    return {row.doc_id: row for row in rows}


def groups(rows: dict[str, NearCopy]) -> set[frozenset[str]]:
    members = defaultdict(set)
    for row in rows.values():
        members[row.cluster_id].add(row.doc_id)
    assert all(cluster == min(ids) for cluster, ids in members.items())
    return {frozenset(ids) for ids in members.values()}


def exact_similarities(texts: dict[str, str], settings: ShingleSettings) -> dict[Pair, float]:
    """The Jaccard similarity of all pairs with a common shingle, from the shingles as texts."""
    sets = {i: set(shingle_texts(text, settings)) for i, text in texts.items()}
    holders = defaultdict(list)
    for doc_id, own in sets.items():
        for shingle in own:
            holders[shingle].append(doc_id)
    common = Counter((a, b) for ids in holders.values() for a in ids for b in ids if a > b)
    return {(a, b): n / (len(sets[a]) + len(sets[b]) - n) for (a, b), n in common.items()}


def real_texts(data: Path) -> dict[str, str]:
    """4,494 pieces of 100 words of real pages, and 4,500 copies of them with 0 to 5 edits."""
    lines = (data / "text" / "c4like-wcxb-dev-300.jsonl").read_text("utf-8").splitlines()
    words = [word for line in lines for word in json.loads(line)["text"].split()]
    pieces = [" ".join(words[start : start + 100]) for start in range(0, len(words), 100)]
    dice = random.Random(11)
    pieces += [edited(dice.choice(pieces), dice.randrange(6), dice) for _ in range(4500)]
    return {f"{i * 7919 % 100_003:032x}": piece for i, piece in enumerate(pieces)}


@dataclass(frozen=True)
class RealTexts:
    """Real texts in Spark, their signatures, and how similar they are."""

    texts: DataFrame
    signed: DataFrame
    every: dict[Pair, float]  # of all pairs with a common shingle


@pytest.fixture(scope="module")
def real(spark: SparkSession, shared_data: Path) -> RealTexts:
    """Made once: signatures do not depend on bands."""
    texts = real_texts(shared_data)
    assert len(texts) >= 5000
    rows = signed(spark, texts).selectExpr("*", "true as is_new")
    every = exact_similarities(texts, MinHashSettings().shingles)
    return RealTexts(table(spark, texts).localCheckpoint(), rows, every)


@pytest.mark.slow
@pytest.mark.parametrize(
    "bands", [(None, None), pytest.param((16, 8), marks=pytest.mark.soak)], ids=str
)
def test_against_all_pairs_of_real_text(
    real: RealTexts, bands: tuple[int | None, int | None]
) -> None:
    """Nearly as many near pairs as theory promises, and not one that is not near."""
    minhash = MinHashSettings(bands=bands[0], rows=bands[1])
    settings = NearTextSettings(minhash, verification="exact")
    rows, every = real.signed, real.every
    near = {pair: share for pair, share in every.items() if share >= minhash.threshold}
    promised = sum(candidate_chance(share, minhash) for share in near.values()) / len(near)

    pairs = candidate_pairs(rows, settings)
    scored = similarities(pairs, rows, settings, real.texts).collect()
    clusters = found(near_duplicates(rows, settings, texts=real.texts))

    assert all(row["similarity"] == every.get((row["a"], row["b"]), 0.0) for row in scored)
    together = [p for p in near if {*p} <= clusters.keys() and _same(clusters, *p)]
    assert len(together) / len(near) >= promised - 0.02
    links = [p for p, share in every.items() if share >= minhash.threshold]
    assert groups(clusters) <= {frozenset(g) for g in _parts(links, clusters)}
    for row in clusters.values():
        pair = (max(row.doc_id, row.keeper), min(row.doc_id, row.keeper))
        assert row.similarity == (1.0 if row.keeper == row.doc_id else every[pair])


def _same(clusters: dict[str, NearCopy], a: str, b: str) -> bool:
    return clusters[a].cluster_id == clusters[b].cluster_id


def _parts(links: list[Pair], clusters: dict[str, NearCopy]) -> list[set[str]]:
    """What the true near pairs inside each found cluster hold together."""
    parts = {i: {i} for i in clusters}
    for a, b in links:
        if a in clusters and b in clusters and _same(clusters, a, b):
            whole = parts[a] | parts[b]
            for member in whole:
                parts[member] = whole
    return list(parts.values())


@pytest.mark.slow
def test_clusters_do_not_depend_on_partitions_or_order(spark: SparkSession) -> None:
    texts = invented(120, seed=1)
    expected = found(near_duplicates(signed(spark, texts), NearTextSettings()))
    assert len(expected) > 60
    shuffled = list(texts.items())
    random.Random(2).shuffle(shuffled)
    before = spark.conf.get("spark.sql.shuffle.partitions")

    for partitions in (1, 7):
        spark.conf.set("spark.sql.shuffle.partitions", str(partitions))
        rows = signed(spark, dict(shuffled)).repartition(partitions)
        assert found(near_duplicates(rows, NearTextSettings())) == expected
    spark.conf.set("spark.sql.shuffle.partitions", str(before))


@pytest.mark.slow
def test_two_runs_find_what_one_finds(spark: SparkSession) -> None:
    """The same clusters; the keepers too, unless published documents stay.

    Ten documents come in both batches.
    """
    texts = invented(240, seed=3)
    ids = sorted(texts)
    old, new = ({i: texts[i] for i in part} for part in (ids[::2], ids[1::2] + ids[:20:2]))
    plain = NearTextSettings(published_stay=False, keep="longest")
    whole = found(near_duplicates(signed(spark, texts), plain))
    first = near_duplicates(signed(spark, old), plain).localCheckpoint()
    earlier = Earlier(signed(spark, old), first)

    assert found(near_duplicates(signed(spark, new), plain, earlier)) == whole

    staying = found(near_duplicates(signed(spark, new), NearTextSettings(), earlier))
    assert groups(staying) == groups(whole)
    kept_before = set(old) - {row.doc_id for row in found(first).values() if _dropped(row)}
    assert not any(_dropped(staying[i]) for i in kept_before & staying.keys())
    assert all(row.keeper in kept_before or row.keeper in new for row in staying.values())
    assert any(_dropped(row) and row.doc_id not in old for row in staying.values())


def _dropped(row: NearCopy) -> bool:
    return row.keeper != row.doc_id


def test_published_documents_are_those_that_the_caller_names(spark: SparkSession) -> None:
    """Another rule may have dropped what deduplication kept: then a new copy takes its place."""
    text = " ".join(f"w{i}" for i in range(50))
    settings = NearTextSettings(keep="first")
    none = spark.createDataFrame([], spark_schema(NearCopy))
    old = signed(spark, {"a": text})

    yields = near_duplicates(signed(spark, {"0": text}), settings, Earlier(old, none))
    nothing = spark.createDataFrame([], "doc_id string")
    stays = near_duplicates(signed(spark, {"0": text}), settings, Earlier(old, none, nothing))

    assert {row.keeper for row in found(yields).values()} == {"a"}
    assert {row.keeper for row in found(stays).values()} == {"0"}


@pytest.mark.parametrize(("keep", "keeper"), [("newest", "c"), ("longest", "b"), ("first", "a")])
def test_which_one_stays(spark: SparkSession, keep: str, keeper: str) -> None:
    """By time, length or id; in a tie the smallest id."""
    text = " ".join(f"w{i}" for i in range(50))
    rows = [
        ("a", text, "2023-01-01T00:00:00Z"),
        ("b", text + " !!!", "2024-01-01T00:00:00Z"),  # the same shingles, more characters
        ("b2", text + " !!!", "2022-01-01T00:00:00Z"),
        ("c", text, "2024-01-02T00:00:00Z"),
        ("d", text, "2024-01-02T00:00:00Z"),
        ("e", text, None),
    ]
    settings = NearTextSettings(keep=keep)  # type: ignore[arg-type]
    made = signatures(spark.createDataFrame(rows, TEXTS), settings.minhash)

    clusters = found(near_duplicates(made, settings))

    assert {row.keeper for row in clusters.values()} == {keeper}
    assert {row.similarity for row in clusters.values()} == {1.0}
    assert len(clusters) == len(rows)


@pytest.mark.parametrize("verification", ["estimate", "exact"])
def test_documents_with_hardly_any_words(spark: SparkSession, verification: str) -> None:
    """Without words a document is like no other; one word is like the same word."""
    texts = {
        "none1": None,
        "none2": None,
        "empty": "",
        "marks1": "...",
        "marks2": "!?",
        "word1": "word",
        "word2": "Word.",
        "other": "other",
        "run1": "a" * 1000,
        "run2": "A" * 1000,
        "run3": "a" * 999,
    }
    settings = NearTextSettings(verification=verification)  # type: ignore[arg-type]
    rows = signed(spark, texts)
    assert rows.count() == len(texts)

    clusters = found(near_duplicates(rows, settings, texts=table(spark, texts)))

    assert groups(clusters) == {frozenset({"word1", "word2"}), frozenset({"run1", "run2"})}


def test_threshold_itself_is_near(spark: SparkSession) -> None:
    """Of a and b eight words of ten are in both; of c and d seven of nine."""
    minhash = MinHashSettings(ShingleSettings(n=1), threshold=0.8, bands=128, rows=1)
    settings = NearTextSettings(minhash, verification="exact")
    texts = {"a": "a b c d e f g h i", "b": "a b c d e f g h j"}
    texts |= {"c": "k l m n o p q r", "d": "k l m n o p q s"}
    rows = signed(spark, texts, settings)

    clusters = found(near_duplicates(rows, settings, texts=table(spark, texts)))

    assert {row.doc_id: row.similarity for row in clusters.values()} == {"a": 1.0, "b": 0.8}


def made_signatures(spark: SparkSession, count: int, **columns: str) -> DataFrame:
    """Signatures without texts, each column an expression over id."""
    defaults = {
        "doc_id": "lpad(hex(id), 32, '0')",
        "values": "unhex(repeat('00', 512))",
        "set_key": "'one'",
        "n_shingles": "10L",
        "length": "10L",
        "capture_time": "''",
        "settings": f"'{fingerprint(MinHashSettings())}'",
    }
    return spark.range(count).selectExpr(
        *(f"{text} as {name}" for name, text in {**defaults, **columns}.items())
    )


@pytest.mark.parametrize("count", [10_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_many_copies_make_no_pairs(spark: SparkSession, count: int) -> None:
    rows = made_signatures(spark, count)
    settings = NearTextSettings()

    pairs = candidate_pairs(rows.selectExpr("*", "true as is_new"), settings)
    clusters = near_duplicates(rows, settings)

    assert pairs.count() == 0
    facts = clusters.selectExpr("count(*)", "max(keeper)", "min(similarity)").collect()[0]
    assert tuple(facts) == (count, "0" * 32, 1.0)


@pytest.mark.parametrize(("size", "pairs"), [(64, 64 * 63 // 2), (65, 64 + 63 + 62 + 61 + 64 - 4)])
def test_a_large_bucket_makes_few_pairs(spark: SparkSession, size: int, pairs: int) -> None:
    """Up to the limit all pairs; above it the first and the next four of each: 5n at most."""
    settings = NearTextSettings(MinHashSettings(bands=1, rows=2))
    rows = made_signatures(spark, size, set_key="string(id)").selectExpr("*", "true as is_new")

    found_pairs = [tuple(row) for row in candidate_pairs(rows, settings).collect()]

    assert len(found_pairs) == len(set(found_pairs)) == pairs
    assert {a for a, b in found_pairs if b == "0" * 32} == {f"{i:032X}" for i in range(1, size)}


def test_large_bucket_puts_those_alike_in_two_bands_together(spark: SparkSession) -> None:
    """2,000 texts share a band, and each half another one: halves are compared with themselves."""
    half = "lpad(hex(id % 2), 8, '0')"
    rows = made_signatures(
        spark, 2000, set_key="string(id)", values=f"unhex(concat('00000000', {half}))"
    )
    settings = NearTextSettings(MinHashSettings(permutations=2, bands=2, rows=1))

    pairs = candidate_pairs(rows.selectExpr("*", "true as is_new"), settings).collect()

    made = {(int(row["a"], 16), int(row["b"], 16)) for row in pairs}
    near = {(i + 2 * step, i) for i in range(2000) for step in range(1, 5) if i + 2 * step < 2000}
    assert near <= made
    across = {(a, b) for a, b in made if (a - b) % 2 and b > 1}
    assert len(across) <= 10  # where the one half ends and the other begins
    assert len(made) <= 2 * 5 * 2000


@pytest.mark.parametrize("length", [1000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_a_long_chain_of_documents(spark: SparkSession, length: int) -> None:
    """Each is near the next, the ends have nothing in common: one cluster, and it says so."""
    dice = random.Random(4)
    words = [f"w{dice.randrange(10**9)}" for _ in range(length + 200)]
    texts = {f"{i:032x}": " ".join(words[i : i + 200]) for i in range(length)}
    settings = NearTextSettings(keep="first")

    clusters = found(near_duplicates(signed(spark, texts), settings))

    assert groups(clusters) == {frozenset(texts)}
    assert clusters[f"{length - 1:032x}"].keeper == "0" * 32
    assert clusters[f"{length - 1:032x}"].similarity == 0.0
    assert clusters[f"{1:032x}"].similarity > 0.8


@pytest.mark.parametrize("side", ["new", "old"])
def test_signatures_of_other_settings_are_refused(spark: SparkSession, side: str) -> None:
    """The message names what differs."""
    other = NearTextSettings(MinHashSettings(ShingleSettings(n=4), permutations=16))
    ours, theirs = signed(spark, {"a": "text"}), signed(spark, {"b": "text"}, other)
    none = spark.createDataFrame([], spark_schema(NearCopy))
    new, old = (theirs, ours) if side == "new" else (ours, theirs)

    with pytest.raises(ValueError, match="permutations: 128, there 16; n: 5, there 4"):
        near_duplicates(new, NearTextSettings(), Earlier(old, none))


def test_exact_verification_needs_the_texts(spark: SparkSession) -> None:
    with pytest.raises(ValueError, match="compares texts"):
        near_duplicates(signed(spark, {"a": "text"}), EXACT)


def test_signature_rows_say_what_they_are(spark: SparkSession) -> None:
    row = TextSignature(**signed(spark, {"a": "One two"}).collect()[0].asDict())

    assert (row.doc_id, row.n_shingles, row.length, row.capture_time) == ("a", 1, 7, TIME)
    assert len(row.values) == 4 * 128
    assert row.settings == fingerprint(MinHashSettings())
