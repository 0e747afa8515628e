"""The settings of the fetcher: how fast, how patient, how large, and in whose name."""

from dataclasses import dataclass, replace

from webdoc.version import VERSION

_SLOWEST = 0.001  # requests a second


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How pictures are fetched. docs/decisions/fetching.md says where each default comes from."""

    contact: str = ""  # an address or page where the owner of a site reaches you
    allow_private: bool = False  # for intranets and tests: addresses inside your network too

    parallel_per_host: int = 2  # requests at once. Source: Wikimedia's rules for robots
    rate_per_host: float = 5.0  # requests a second
    parallel: int = 64  # requests at once of one task
    rate: float = 0.0  # requests a second of one task; 0 means no limit
    run_parallel: int = 1_024  # of all tasks of a run together
    run_rate: float = 0.0  # likewise; 0 means no limit
    tasks: int = 0  # that a run is cut into; 0 means one for each core

    connect_timeout_s: float = 10.0  # name, connection and TLS. Source: img2dataset's 10 s
    first_byte_timeout_s: float = 15.0  # of silence, before the first byte and between any two
    timeout_s: float = 60.0  # of one request from start to end
    max_bytes: int = 10 << 20  # of one picture, encoded and decoded
    max_redirects: int = 5  # that are followed. Source: RFC 9309, 2.3.1.2

    retries: int = 2  # after the first attempt, where the cause may pass
    backoff_s: float = 2.0  # before the first of them, then twice as long each time
    max_backoff_s: float = 60.0  # also of Retry-After: who asks for more is asked in the next run
    max_crawl_delay_s: float = 60.0  # a host that asks for more is left alone
    max_interval_s: float = 30.0  # between two requests to a host that says 429 or 503
    host_failures: int = 10  # in a row, until a host rests
    host_rest_s: float = 600.0

    shard_bytes: int = 128 << 20  # of pictures in one file
    shard_rows: int = 5_000  # of the manifest in one file
    shard_s: float = 300.0  # after which a file is ended: what a killed task may lose

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
