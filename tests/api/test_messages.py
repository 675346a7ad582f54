"""Messages and files through the API."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.cast import Cast
from tickets import actions
from tickets.attachments import PART, shown_name
from tickets.models import Attachment, AttachmentPart, Message

Calls = Callable[..., Any]


def upload(caller: Any, name: str = "photo.png", content: bytes = b"\x89PNG", kind: str = "image/png") -> Any:
    return caller.client.post("/api/v1/attachments", {"file": SimpleUploadedFile(name, content, content_type=kind)})


def test_a_reply_and_a_note_are_written(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    path = f"/tickets/{ticket.number}/messages"
    assert igor.post(path, {"body": "On its way.", "kind": "reply"}).status_code == 201
    assert igor.post(path, {"body": "The last one.", "kind": "note"}).status_code == 201
    assert [m["kind"] for m in igor.get(path).json()["items"]] == ["note", "reply", "reply"]
    assert [m["kind"] for m in calls("ann").get(path).json()["items"]] == ["reply", "reply"]


def test_a_message_says_what_it_is(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    assert calls("igor").post(f"/tickets/{ticket.number}/messages", {"body": "Hm."}).status_code == 422


def test_a_customer_writes_no_notes(calls: Calls, cast: Cast) -> None:
    ticket = cast.files("ann")
    answer = calls("ann").post(f"/tickets/{ticket.number}/messages", {"body": "Hm.", "kind": "note"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yours_to_do")
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_the_conversation_comes_in_pages_newest_first(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    for n in range(5):
        actions.reply(access=cast.sees("igor", ticket), body=f"{n}", now=cast.now)
    first = igor.get(f"/tickets/{ticket.number}/messages", limit=4).json()
    second = igor.get(f"/tickets/{ticket.number}/messages", limit=4, cursor=first["next"]).json()
    assert [m["body"] for m in first["items"]] == ["4", "3", "2", "1"]
    assert [m["body"] for m in second["items"]] == ["0", "She starts on Monday."]
    assert second["next"] is None


def test_a_file_is_uploaded_named_by_a_message_and_read(calls: Calls, cast: Cast) -> None:
    ticket, ann = cast.files("ann"), calls("ann")
    content = bytes(range(256)) * 8000  # more than two parts
    kept = upload(ann, "Фото стола.png", content).json()
    assert (kept["size"], kept["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert len(content) > 2 * PART
    body = {"body": "See.", "kind": "reply", "attachments": [kept["id"]]}
    (shown,) = ann.post(f"/tickets/{ticket.number}/messages", body).json()["attachments"]
    answer = calls("igor").client.get(shown["url"])
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%A4")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "x/\x00y", "junk"])
def test_a_file_that_a_browser_might_run_is_given_as_mere_bytes(calls: Calls, cast: Cast, kind: str) -> None:
    ticket, ann = cast.files("ann"), calls("ann")
    kept = upload(ann, "page.html", b"<script>alert(1)</script>", kind).json()
    body = {"body": "See.", "kind": "reply", "attachments": [kept["id"]]}
    (shown,) = ann.post(f"/tickets/{ticket.number}/messages", body).json()["attachments"]
    answer = ann.client.get(shown["url"])
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a.txt\r\nSet-Cookie: x=1", "a.txtSet-Cookie: x=1"),
        ("\u202egpj.exe", "gpj.exe"),
        ("x" * 4096, "x" * 255),
        ("\x00", "file"),
        ("..", ".."),
    ],
)
def test_a_file_name_is_only_a_name(name: str, kept: str) -> None:
    assert shown_name(name) == kept


def test_nobody_reads_a_file_of_a_ticket_they_may_not_see(calls: Calls, cast: Cast) -> None:
    ticket, ann = cast.files("ann"), calls("ann")
    kept = upload(ann).json()
    body = {"body": "See.", "kind": "reply", "attachments": [kept["id"]]}
    (shown,) = ann.post(f"/tickets/{ticket.number}/messages", body).json()["attachments"]
    assert calls("dora").client.get(shown["url"]).status_code == 404
    own = cast.files("dora", "help")
    assert calls("dora").get(f"/tickets/{own.number}/attachments/{kept['id']}").status_code == 404


def test_the_file_of_a_note_stays_with_the_note(calls: Calls, cast: Cast) -> None:
    ticket, igor = cast.files("ann"), calls("igor")
    kept = upload(igor).json()
    body = {"body": "The invoice.", "kind": "note", "attachments": [kept["id"]]}
    assert igor.post(f"/tickets/{ticket.number}/messages", body).status_code == 201
    path = f"/tickets/{ticket.number}/attachments/{kept['id']}"
    assert igor.get(path).status_code == 200
    assert calls("ann").get(path).status_code == 404


def test_an_upload_is_its_uploaders_until_it_is_named_and_is_named_once(calls: Calls, cast: Cast) -> None:
    ticket, ann, igor = cast.files("ann"), calls("ann"), calls("igor")
    path, kept = f"/tickets/{ticket.number}/messages", upload(igor).json()
    body = {"body": "See.", "kind": "reply", "attachments": [kept["id"]]}
    assert ann.post(path, body).status_code == 422
    assert Message.objects.filter(ticket=ticket).count() == 1
    assert igor.post(path, body).status_code == 201
    assert igor.post(path, body).status_code == 422


def test_a_file_that_is_too_large_is_refused_with_413(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.attachments.LARGEST", 1000)
    answer = upload(calls("ann"), content=b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "attachment_too_large")
    monkeypatch.setattr("tickets.api.attachments.LARGEST", 1000)
    answer = upload(calls("ann"), content=b"x" * 100_000)  # refused by its length, unread
    assert (answer.status_code, answer.json()["code"]) == (413, "attachment_too_large")
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("body, kind", [(b"", "multipart/form-data; boundary=x"), (b"{}", "application/json")])
def test_an_upload_without_a_file_is_refused(calls: Calls, body: bytes, kind: str) -> None:
    answer = calls("ann").client.generic("POST", "/api/v1/attachments", body, content_type=kind)
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"] == "application/problem+json"


def test_a_full_disk_is_called_so_and_keeps_no_half_of_a_file(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server says "no space left" by SQLSTATE 53100 while the second part of the file is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.part > 0 THEN"
            " RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END IF; RETURN NEW; END $$;"
            "CREATE TRIGGER full_disk BEFORE INSERT ON tickets_attachmentpart FOR EACH ROW EXECUTE FUNCTION no_space();"
        )
    monkeypatch.setattr("servicedesk.unavailable.connection.close", lambda: None)
    answer = upload(calls("ann"), "big.bin", b"x" * (PART + 1))
    assert (answer.status_code, answer.json()["code"]) == (503, "disk_full")
    assert "No space left" not in answer.content.decode()
    assert not Attachment.objects.exists()
    assert not AttachmentPart.objects.exists()
