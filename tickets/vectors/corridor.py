"""The stages of a vector and the numbers this desk gives them: acts count them from one, the door far above."""

from tickets.models import Ticket

AT_THE_DOOR = 1000


class Corridor:
    """Which number stands for which stage of the vector, and which of them are under way."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.under_way: set[str] = set()

    def begin(self, stage: str, number: int) -> None:
        self.numbers[stage] = number
        self.under_way.add(stage)

    def begin_at_the_door(self, stage: str) -> str:
        """The column of a stage that is started without an act."""
        self.begin(stage, self.numbers.get(stage, AT_THE_DOOR + len(self.numbers)))
        return self.column(stage)

    def column(self, stage: str | None) -> str:
        """What facts and clocks have in their column for this stage; empty for none."""
        return str(self.numbers.get(stage, "")) if stage else ""

    def at(self, ticket: Ticket) -> str | None:
        """The vector's stage that the ticket is in; None for the desk's own."""
        return next((stage for stage, number in self.numbers.items() if number == ticket.stage), None)

    def is_free(self, number: int, stage: str) -> bool:
        """Whether the number stands for this stage or for none."""
        return number not in self.numbers.values() or self.numbers.get(stage) == number

    def name_of(self, column: str) -> str | None:
        """The vector's stage of a column."""
        return next((stage for stage, number in self.numbers.items() if str(number) == column), None)
