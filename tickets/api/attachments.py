"""Files: uploaded first, then named by a message, then read by whoever may read that message."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from ninja import File, Router, Status
from ninja.decorators import decorate_view
from ninja.files import UploadedFile

from servicedesk.api import DeskRequest
from servicedesk.problems import problem_answer
from tickets.access import ticket_for
from tickets.attachments import LARGEST, AttachmentTooLarge, attachment_for, content, upload
from tickets.schemas import outward

router = Router(tags=["attachments"])
#: What surrounds the file in a multipart body.
WRAPPING = 64 * 1024
#: Types that a browser may be told; any other is bytes. All are downloads, none is shown in our pages.
HARMLESS = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "text/csv"}


def refuse_too_large(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer 413 before a body is read that cannot be taken."""

    @functools.wraps(run)
    def bounded(request: HttpRequest, **path: object) -> HttpResponseBase:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size <= LARGEST + WRAPPING:
            return run(request, **path)
        error = AttachmentTooLarge(size=size, largest=LARGEST)
        return problem_answer(status=error.status, code=error.code, title=str(error))

    return bounded


@router.post("/attachments", response={201: outward.Uploaded})
@decorate_view(refuse_too_large)
def upload_attachment(request: DeskRequest, file: File[UploadedFile]) -> Status[outward.Uploaded]:
    """Keep a file of at most 25 MB; its id is yours until a message of yours names it."""
    kept = upload(
        uploader=request.viewer.person,
        name=file.name or "",
        content_type=file.content_type or "",
        content=file.read(),
        now=request.now,
    )
    return Status(201, outward.Uploaded(id=kept.pk, name=kept.name, size=kept.size, sha256=kept.sha256))


BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/tickets/{int:number}/attachments/{int:attachment_id}",
    openapi_extra={"responses": {200: {"description": "The file", **BYTES}}},
)
def download_attachment(request: DeskRequest, number: int, attachment_id: int) -> StreamingHttpResponse:
    """The file, always as a download."""
    attachment = attachment_for(ticket_for(request.viewer, number), attachment_id)
    harmless = attachment.content_type in HARMLESS
    response = StreamingHttpResponse(
        content(attachment), content_type=attachment.content_type if harmless else "application/octet-stream"
    )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=attachment.name)
    response["Content-Length"] = attachment.size
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
