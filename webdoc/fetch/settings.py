"""The settings of the fetcher: how fast, how patient, how large, and in whose name."""

from dataclasses import dataclass, replace

from webdoc.settings import setting
from webdoc.version import VERSION

_SLOWEST = 0.001  # requests a second


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How pictures are fetched. docs/decisions/fetching.md says where each default comes from."""

    contact: str = setting(
        "",
        "An address or page where the owner of a site reaches you.",
        source="the user's; Wikimedia's rules for robots ask for it",
        private=True,
    )
    allow_private: bool = setting(
        False, "For intranets and tests: addresses inside your network too.", source="ours"
    )

    parallel_per_host: int = setting(
        2,
        "Requests at once to one host.",
        source="Wikimedia's robot policy asks for no more of its media",
    )
    rate_per_host: float = setting(
        5.0,
        "Requests a second to one host.",
        source="ours: Nutch waits 5 s between pages, browsers do not wait between pictures",
    )
    parallel: int = setting(64, "Requests at once of one task.", source="ours")
    rate: float = setting(0.0, "Requests a second of one task; 0 means no limit.", source="ours")
    run_parallel: int = setting(
        1_024, "Requests at once of all tasks of a run together.", source="ours"
    )
    run_rate: float = setting(0.0, "Likewise a second; 0 means no limit.", source="ours")
    tasks: int = setting(
        0, "That a run is cut into; 0 means one for each core.", source="ours", private=True
    )

    connect_timeout_s: float = setting(
        10.0, "Name, connection and TLS.", source="img2dataset's 10 s"
    )
    first_byte_timeout_s: float = setting(
        15.0, "Of silence, before the first byte and between any two.", source="ours"
    )
    timeout_s: float = setting(
        60.0, "Of one request from start to end.", source="ours: 10 MB at 200 kB/s take 50 s"
    )
    max_bytes: int = setting(
        10 << 20,
        "Of one picture, encoded and decoded.",
        source="ours; OBELICS noted that 1 picture in 1,000 is above 2 MB",
    )
    max_redirects: int = setting(
        5,
        "That are followed.",
        source="RFC 9309, 2.3.1.2, for robots.txt; we take it for pictures too",
    )

    retries: int = setting(2, "After the first attempt, where the cause may pass.", source="ours")
    backoff_s: float = setting(
        2.0,
        "Before the first of them, then twice as long each time.",
        source="ours: doubling, jitter from the URL, so that runs repeat",
    )
    max_backoff_s: float = setting(
        60.0,
        "Also of Retry-After: who asks for more is asked in the next run.",
        source="ours",
    )
    max_crawl_delay_s: float = setting(
        60.0, "A host that asks for more is left alone.", source="ours"
    )
    max_interval_s: float = setting(
        30.0, "Between two requests to a host that says 429 or 503.", source="ours"
    )
    host_failures: int = setting(10, "In a row, until a host rests.", source="ours")
    host_rest_s: float = setting(600.0, "So long does it rest.", source="ours")

    shard_bytes: int = setting(128 << 20, "Of pictures in one file.", source="ours")
    shard_rows: int = setting(5_000, "Of the manifest in one file.", source="ours")
    shard_s: float = setting(
        300.0, "After which a file is ended: what a killed task may lose.", source="ours"
    )

    def __post_init__(self) -> None:
        counts = (self.parallel_per_host, self.parallel, self.run_parallel, self.host_failures)
        limits = (self.max_bytes, self.shard_bytes, self.shard_rows)
        if min(*counts, *limits) < 1:
            raise ValueError(
                "parallel_..., host_failures, max_bytes and shard_... must be 1 or more"
            )
        rates = (self.rate_per_host, *(rate for rate in (self.rate, self.run_rate) if rate))
        if min(rates) < _SLOWEST:
            raise ValueError(f"rates must be {_SLOWEST} a second or more, got {min(rates)}")
        spans = (self.connect_timeout_s, self.first_byte_timeout_s, self.timeout_s, self.shard_s)
        if min(spans) <= 0:
            raise ValueError("timeouts and shard_s must be above 0 seconds")
        waits = (self.backoff_s, self.max_backoff_s, self.max_crawl_delay_s, self.max_interval_s)
        rest = (self.host_rest_s, self.retries, self.tasks)
        if min(*waits, *rest) < 0:
            raise ValueError("waits, retries and tasks must not be below 0")
        if not 0 <= self.max_redirects <= 16:
            raise ValueError(f"max_redirects must be from 0 to 16, got {self.max_redirects}")
        if any(character in self.contact for character in "\r\n\0()"):
            raise ValueError("contact must be one line without brackets")

    @property
    def agent(self) -> str:
        """The name under which requests are made."""
        return f"interleaf/{VERSION} (+{self.contact})"


def share_of(settings: FetchSettings, tasks: int) -> FetchSettings:
    """Return the settings of one of so many tasks, so that all together keep the run's limits."""
    rates = [rate for rate in (settings.rate, settings.run_rate / tasks) if rate > 0]
    parallel = min(settings.parallel, max(1, settings.run_parallel // tasks))
    rate = max(min(rates), _SLOWEST) if rates else 0.0
    return replace(settings, parallel=parallel, rate=rate)
