"""Which columns each kind of roster has, and by which names people call them."""

import re

COLUMNS: dict[str, dict[str, str]] = {
    "departments": {
        "name": "department, название, наименование, имя, отдел, подразделение",
        "code": "id, код",
        "parent": "above, parent department, вышестоящий, вышестоящий отдел, родитель, входит в",
    },
    "clients": {
        "name": "client, company, customer, название, наименование, имя, клиент, компания, организация",
        "code": "id, код",
        "parent": "group, parent company, above, вышестоящая, головная компания, группа, родитель, входит в",
        "segment": "сегмент",
        "account_manager": "manager, менеджер, аккаунт менеджер, персональный менеджер, ответственный",
        "mail_domains": "domains, mail domain, domain, домены, домен, почтовые домены, почтовый домен",
    },
    "people": {
        "login": "user, username, account, логин, учетная запись, имя пользователя",
        "name": "full name, person, имя, фио, ф и о, полное имя, сотрудник, пользователь",
        "email": "e mail, mail, email address, почта, эл почта, электронная почта, адрес почты, е mail",
        "customer": "department, company, client, отдел, подразделение, клиент, компания, заказчик, организация",
        "role": "roles, роль, роли",
        "language": "lang, язык",
    },
}
#: How a sample names them to who reads Russian; in English they are named as here.
RUSSIAN = {
    "login": "Логин",
    "name": "Имя",
    "email": "Почта",
    "customer": "Отдел",
    "role": "Роль",
    "language": "Язык",
    "code": "Код",
    "parent": "Входит в",
    "segment": "Сегмент",
    "account_manager": "Менеджер",
    "mail_domains": "Почтовые домены",
}
#: A row must have one of each of these groups.
NEEDED: dict[str, list[tuple[str, ...]]] = {
    "departments": [("name",)],
    "clients": [("name",)],
    "people": [("name",), ("login", "email")],
}


def column_of(*, kind: str, heading: str) -> str | None:
    """Which column of `kind` a heading in English or Russian means; None for one that means none."""
    said = _plain(heading)
    for column, others in COLUMNS[kind].items():
        if said == _plain(column) or said in others.split(", "):
            return column
    return None


def headings(*, kind: str, language: str) -> list[str]:
    """The headings of a sample file, as `column_of` knows them."""
    return [RUSSIAN[column] if language.startswith("ru") else column for column in COLUMNS[kind]]


def missing(*, kind: str, found: list[str]) -> list[str]:
    """Needed columns that are not among `found`; of alternatives the first."""
    return [group[0] for group in NEEDED[kind] if not set(group) & set(found)]


def _plain(heading: str) -> str:
    return re.sub(r"[^a-zа-я0-9]+", " ", heading.lower().replace("ё", "е")).strip()
