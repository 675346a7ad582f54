from dataclasses import dataclass

from django.urls import reverse

from catalog.shaping.kind import Kind


@dataclass(frozen=True, kw_only=True)
class Links:
    """The addresses of one kind and of one thing of it."""

    kind: Kind
    code: str = ""

    def _to(self, verb: str, *more: int) -> str:
        return reverse(f"workshop_{self.kind.code}_{verb}", args=[self.code, *more])

    @property
    def list(self) -> str:
        return reverse(f"workshop_{self.kind.code}_list")

    @property
    def begin(self) -> str:
        return reverse(f"workshop_{self.kind.code}_begin")

    @property
    def show(self) -> str:
        return self._to("show")

    @property
    def edit(self) -> str:
        return self._to("edit")

    @property
    def publish(self) -> str:
        return self._to("publish")

    @property
    def discard(self) -> str:
        return self._to("discard")

    @property
    def activate(self) -> str:
        return self._to("activate")

    def edition(self, number: int) -> str:
        return self._to("edition", number)

    def edit_from(self, number: int) -> str:
        return self._to("edit_from", number)
