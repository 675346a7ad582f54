"""Dramatiq's broker: RabbitMQ or Redis by BROKER_URL, otherwise one inside the worker process.

Whichever it is, a message is only a wake-up that carries the id of an owed row. Losing any or all of them loses
nothing: the claim's lease runs out and the row is handed out again (docs/decisions/0002-owed-rows-and-the-broker.md).
Hence no middleware: attempts, pauses and limits are columns of the row.
"""

import logging
from collections.abc import Iterable
from queue import Empty, Full, Queue

import dramatiq
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.errors import QueueNotFound

from servicedesk import env

log = logging.getLogger(__name__)

#: Messages that may wait in one queue of this process; the pulse claims no more rows than there is room for.
ROOM = 200


class InProcessBroker(dramatiq.Broker):
    """Bounded queues in memory, for a worker that wakes itself. Nothing is acknowledged or kept: the rows know."""

    def __init__(self) -> None:
        super().__init__(middleware=[])
        self.queues: dict[str, Queue[dramatiq.Message[None]]] = {}

    def declare_queue(self, queue_name: str) -> None:
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = Queue(maxsize=ROOM)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 1000) -> Consumer:
        if queue_name not in self.queues:
            raise QueueNotFound(queue_name)  # type: ignore[no-untyped-call]
        return _Consumer(self.queues[queue_name], prefetch, timeout)

    def enqueue(self, message: "dramatiq.Message[None]", *, delay: int | None = None) -> "dramatiq.Message[None]":
        """Put the message in its queue. Where there is no room it is dropped: its row is handed out again later."""
        assert delay is None, "due times are columns of owed rows"
        try:
            self.queues[message.queue_name].put_nowait(message)
        except KeyError:
            raise QueueNotFound(message.queue_name) from None  # type: ignore[no-untyped-call]
        except Full:
            log.warning("No room in %s for a wake-up; its row will be handed out again.", message.queue_name)
        return message

    def flush(self, queue_name: str) -> None:
        queue = self.queues[queue_name]
        while not queue.empty():
            queue.get_nowait()

    def flush_all(self) -> None:
        for queue_name in self.queues:
            self.flush(queue_name)

    def room(self, queue_name: str) -> int:
        """How many more messages the queue takes."""
        queue = self.queues[queue_name]
        return queue.maxsize - queue.qsize()


class _Consumer(Consumer):
    """Hands out at most `prefetch` messages that are not yet worked on; gives None when idle for the timeout."""

    def __init__(self, queue: "Queue[dramatiq.Message[None]]", prefetch: int, timeout: int) -> None:
        self.queue, self.timeout = queue, timeout / 1000
        self.slots: Queue[None] = Queue()
        for _ in range(prefetch):
            self.slots.put(None)

    def __next__(self) -> MessageProxy | None:
        try:
            self.slots.get(timeout=self.timeout)
        except Empty:
            return None
        try:
            return MessageProxy(self.queue.get(timeout=self.timeout))
        except Empty:
            self.slots.put(None)
            return None

    def ack(self, message: MessageProxy) -> None:
        self.slots.put(None)

    nack = ack

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """At the end of the worker: what was not begun is handed out again when its lease runs out."""


def make_broker() -> dramatiq.Broker:
    """The broker BROKER_URL names. Connects to nothing yet."""
    parts = env.url("BROKER_URL")
    if parts is None:
        return InProcessBroker()
    if parts.scheme.startswith("redis"):
        from dramatiq.brokers.redis import RedisBroker

        return RedisBroker(url=env.text("BROKER_URL"), middleware=[])  # type: ignore[no-untyped-call]
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

    return RabbitmqBroker(url=env.text("BROKER_URL"), middleware=[], max_priority=None)


broker = make_broker()
dramatiq.set_broker(broker)
