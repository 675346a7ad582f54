"""API v1 of tickets: each operation makes one domain call and shows what came of it."""

from ninja import Router

from tickets.api import attachments, logs, mail, messages, promise, services, tickets, verbs

router = Router()
for part in (services, tickets, messages, attachments, logs, promise, verbs, mail):
    router.add_router("", part.router)
