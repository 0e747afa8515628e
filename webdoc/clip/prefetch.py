"""Working ahead: other threads read and prepare items while this one does something else."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def prepared_ahead(
    items: Iterable[In], prepare: Callable[[In], Out], threads: int, most: int
) -> Generator[Out, None, None]:
    """Yield what `prepare` makes of each item, in order.

    Args:
        items: read by a thread of its own; what it raises is raised here, in its place.
        prepare: called by several threads at once.
        threads: that prepare.
        most: items that are read and not yet yielded, at most; bounds the memory.
    """
    begun: SimpleQueue[Future[Out] | None] = SimpleQueue()
    room, over = Semaphore(most), Event()

    def read() -> None:
        try:
            waiting = iter(items)
            while room.acquire() and not over.is_set():
                begun.put(pool.submit(prepare, next(waiting)))
        except StopIteration:
            begun.put(None)
        except BaseException as error:  # it is raised where the items are used
            failed: Future[Out] = Future()
            failed.set_exception(error)
            begun.put(failed)

    with ThreadPoolExecutor(threads) as pool:
        reader = Thread(target=read, daemon=True)
        reader.start()
        try:
            while (future := begun.get()) is not None:
                yield future.result()
                room.release()
        finally:
            over.set()
            room.release()
            reader.join()
