"""When no act of the desk says what a vector tells."""


class NoAct(Exception):
    """Raised where no act says the fact, or its act would say something else here."""


class Unsayable(Exception):
    """Raised when no ticket of this desk can live what a vector tells; its words say why."""
