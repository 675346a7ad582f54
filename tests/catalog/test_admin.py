"""The catalogue in Django's admin."""

import pytest
from django.test import Client

from catalog.models import Service
from tests.cast import Cast


@pytest.fixture
def adam(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.adam, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", ["service", "offering", "requestform"])
def test_every_list_opens(adam: Client, name: str) -> None:
    assert adam.get(f"/workshop/admin/catalog/{name}/").status_code == 200
    assert adam.get(f"/workshop/admin/catalog/{name}/add/").status_code == 200


def test_a_form_nobody_could_fill_in_is_told_at_the_field(adam: Client) -> None:
    fields = '[{"key": "a", "type": "guess", "label": {"en": "A"}}]'
    answer = adam.post("/workshop/admin/catalog/requestform/add/", {"code": "f", "number": 1, "fields": fields})
    assert "type of" in answer.context["adminform"].form.errors["fields"][0]


def test_a_service_is_withdrawn_and_not_deleted(cast: Cast, adam: Client) -> None:
    assert adam.post(f"/workshop/admin/catalog/service/{cast.support.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Service.objects.filter(pk=cast.support.pk).exists()
