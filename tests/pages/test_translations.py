import gettext

import pytest

from tests.pages.messages import CATALOGUE, catalogue, said_in_code, said_in_templates, sentences_of_errors

SOURCES = {"templates": said_in_templates, "code": said_in_code, "refusals": sentences_of_errors}


@pytest.mark.parametrize("source", SOURCES)
def test_everything_said_to_a_user_is_said_in_russian_too(source: str) -> None:
    said = set(SOURCES[source]())
    assert said
    assert sorted(sentence for sentence in said if not catalogue().get(sentence)) == []


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    said = {sentence for gather in SOURCES.values() for sentence in gather()}
    assert sorted(catalogue().keys() - said - {""}) == []


def test_a_translation_keeps_the_values_of_its_sentence() -> None:
    for sentence, translated in catalogue().items():
        for value in ("%(n)s", "%(span)s", "%(when)s", "{problem}", "{name}", "{status}", "{department}"):
            assert (value in sentence) == (value in translated), sentence


def test_the_compiled_catalogue_is_the_one_that_is_read() -> None:
    """After a change of django.po: `django-admin compilemessages`, which needs GNU gettext."""
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    assert {sentence: known.gettext(sentence) for sentence in catalogue()} == catalogue()
