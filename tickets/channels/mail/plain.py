"""HTML of a mail as plain text: what it says, with quotations marked by `>` and nothing that could act. Pure."""

import re
from html.parser import HTMLParser

import nh3

BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "hr"}
KEPT = {*BREAKS, "blockquote", "a", "td", "th"}
APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre"}


def plain_text(html: str) -> str:
    """The words of `html`, a line for each block; scripts, styles and comments say nothing."""
    writer = _Writer()
    writer.feed(nh3.clean(html, tags=KEPT, attributes={"a": {"href"}}, link_rel=None))
    writer.close()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in writer.lines())).strip()


class _Writer(HTMLParser):
    """Writes lines down; inside of quotations each begins with `> `."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[str] = []
        self.line = ""
        self.depth = 0
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self.end_line()
            self.depth += 1
        elif tag == "a":
            self.link = dict(attrs).get("href") or ""
        elif tag in ("td", "th"):
            self.line += " "
        elif tag in BREAKS:
            self.end_line(apart=tag in APART)
            self.line += "• " if tag == "li" else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self.end_line()
            self.depth = max(0, self.depth - 1)
        elif tag == "a" and self.link.startswith(("http://", "https://")):
            self.line += "" if self.link.rstrip("/") in self.line else f" ({self.link})"
            self.link = ""
        elif tag in BREAKS - {"br", "hr"}:
            self.end_line(apart=tag in APART)

    def handle_data(self, data: str) -> None:
        self.line += re.sub(r"\s+", " ", data) if self.line else re.sub(r"\s+", " ", data).lstrip()

    def end_line(self, *, apart: bool = False) -> None:
        mark = "> " * self.depth
        if self.line.strip():
            self.done.append(mark + self.line.strip())
        if (apart or not self.line.strip()) and self.done and self.done[-1].strip("> "):
            self.done.append(mark)
        self.line = ""

    def lines(self) -> list[str]:
        self.end_line()
        return self.done
