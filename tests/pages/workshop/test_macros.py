"""Canned replies in the workshop: written, offered, changed over nobody's head, and each department's own."""

import pytest
from django.test import Client

from catalog.models import WorkshopEvent
from servicedesk.people.access import viewer_for
from tests.cast import Cast
from tests.pages.conftest import SignIn
from tickets.desk.macros import macros_of
from tickets.models import Macro

HERE = "/workshop/replies/"
SAID = {"name_ru": "Перезагрузка", "name_en": "Restart", "text_en": "Dear {requester},\nplease restart it.\n{agent}"}


def seen_on(client: Client, here: str) -> str:
    """The mark of what the page shows, as its form sends it back."""
    return client.get(here).content.decode().split('name="seen" value="')[1].split('"')[0]


def test_a_reply_written_by_a_head_is_offered_to_their_agents_at_once(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in("hanna").post(f"{HERE}new/", SAID | {"department": "it"})
    assert (answer.status_code, answer.headers["Location"]) == (302, HERE)
    macro = Macro.objects.get()
    assert (macro.department, macro.texts["en"]) == (cast.it, SAID["text_en"])
    assert list(macros_of(viewer_for(cast.igor))) == [macro]
    assert not macros_of(viewer_for(cast.wanda)).exists()
    assert "Restart" in sign_in("hanna").get(HERE).content.decode()


def test_it_is_changed_withdrawn_and_put_back_and_all_of_it_is_noted(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    hanna.post(f"{HERE}new/", SAID | {"department": "it"})
    here = f"{HERE}{Macro.objects.get().pk}/"
    hanna.post(here, SAID | {"department": "it", "text_en": "Restart it.", "seen": seen_on(hanna, here)})
    hanna.post(f"{here}active/", {"active": "no"})
    assert (Macro.objects.get().texts["en"], Macro.objects.get().is_active) == ("Restart it.", False)
    hanna.post(f"{here}active/", {"active": "yes"})
    assert Macro.objects.get().is_active
    verbs = WorkshopEvent.objects.filter(kind="macro").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["added", "changed", "withdrawn", "restored"]


def test_nobody_writes_over_what_they_have_not_seen(cast: Cast, sign_in: SignIn) -> None:
    hanna = sign_in("hanna")
    hanna.post(f"{HERE}new/", SAID | {"department": "it"})
    here = f"{HERE}{Macro.objects.get().pk}/"
    seen = seen_on(hanna, here)
    sign_in("adam").post(here, SAID | {"department": "it", "text_en": "By Adam", "seen": seen})
    answer = hanna.post(here, SAID | {"department": "it", "text_en": "By Hanna", "seen": seen})
    assert (answer.status_code, Macro.objects.get().texts["en"]) == (409, "By Adam")
    assert "By Hanna" in answer.content.decode(), "what was typed stays"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name_ru": "", "name_en": " "}, "Give it a name in one language at least."),
        ({"text_en": " "}, "Write the reply in one language at least."),
        ({"text_en": "Dear {requestor}"}, "There is no {requestor} to put in."),
        ({"name_en": "x" * 61}, "Up to 60 characters."),
        ({"text_ru": "x" * 20_001}, "Up to 20000 characters."),
        ({"department": "warehouse"}, "Choose a department that you answer for."),
        ({"department": ""}, "Choose a department that you answer for."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    cast: Cast, sign_in: SignIn, said: dict[str, str], words: str
) -> None:
    answer = sign_in("hanna").post(f"{HERE}new/", SAID | {"department": "it"} | said)
    page = answer.content.decode()
    assert (answer.status_code, words in page, Macro.objects.count()) == (422, True, 0)
    assert SAID["name_ru"] in page or SAID["text_en"] in page


def test_everybodys_replies_are_an_administrators_and_anothers_are_not_there(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("adam").post(f"{HERE}new/", SAID).status_code == 302
    everybodys = Macro.objects.get()
    assert list(macros_of(viewer_for(cast.wanda))) == [everybodys]
    hanna = sign_in("hanna")
    for path in (f"{HERE}{everybodys.pk}/", f"{HERE}999999/"):
        assert hanna.get(path).status_code == 404
        assert hanna.post(f"{path}active/", {"active": "no"}).status_code == 404
    assert sign_in("igor").get(HERE).status_code == 403
