"""Two administrators at once: the desk never loses its last one."""

from threading import Barrier, Thread

from django.db import connection

from catalog.actions import people as acts
from catalog.actions.people.account import LastAdministrator
from servicedesk.clock import database_now
from servicedesk.people.models import Person, Role
from sla.versions import forget_versions
from tests.cast import assemble


def test_two_administrators_cannot_take_the_role_from_each_other(transactional_db: None) -> None:
    forget_versions()
    cast = assemble()
    Role.objects.create(person=cast.lena, kind="administrator")
    start, outcomes = Barrier(2), list[str]()

    def close(by: str, whom: str) -> None:
        viewer = cast.viewer(by)
        start.wait()
        try:
            acts.close_account(viewer=viewer, pk=cast.people[whom].pk, now=database_now())
            outcomes.append("closed")
        except LastAdministrator:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=close, args=pair) for pair in (("adam", "lena"), ("lena", "adam"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]
    assert Person.objects.filter(roles__kind="administrator", is_active=True).count() == 1
