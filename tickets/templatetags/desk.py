"""What stands in every row of a queue, drawn in one call each: a page has fifty of them."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from servicedesk.templatetags.frame import exact, icon
from tickets.wording import PromiseWords

register = template.Library()
FUSE = (
    '<svg class="fuse" aria-hidden="true" focusable="false"><rect class="track" y="3" width="78%" height="2"/>'
    '<rect class="used" y="2" width="{}" height="4"/>{}<rect class="due" x="78%" width="1.5" height="8"/></svg>'
)
OVER = '<rect class="over" x="78%" y="2" width="{}" height="4"/>'
CLOCK = (
    '<div class="clock {}">{}<span class="left"{}><span class="sr">{}</span><span aria-hidden="true">{}</span> '
    '<span class="what">{}</span></span>{}</div>'
)


@register.simple_tag
@lru_cache(maxsize=50)
def priority_mark(code: str, word: str) -> SafeString:
    """A priority: its bars and its word."""
    return render_to_string("tickets/_priority.html", {"code": code, "word": word})


@register.simple_tag
def short_clock(promise: PromiseWords, left: str, metric: str) -> SafeString:
    """A promise in the narrow column: an icon, the time left and what for, and the line; a screen reader gets words."""
    title = format_html(' title="{}"', exact(promise.due_at)) if promise.due_at else ""
    over = format_html(OVER, promise.over_width) if promise.over_width else ""
    fuse = format_html(FUSE, promise.used_width, over) if promise.used_width else ""
    return format_html(CLOCK, promise.tone, icon(promise.icon), title, promise.strong, left, metric, fuse)
