"""What the sign-in page shows of the demonstration company."""

from django import template

from servicedesk.people.demo_sign_ins import Gate, read_gate

register = template.Library()


@register.simple_tag
def demo_gate() -> Gate | None:
    """The demonstration's sign-ins and its progress; None where there is nothing to show."""
    return read_gate()
