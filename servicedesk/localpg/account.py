"""Who PostgreSQL runs as: it refuses to run as root, so root needs another name for it.

Three roads. An ordinary user runs it directly. Root shows it another user id inside a user namespace, which changes
nothing on the machine; where namespaces are denied (Docker's default profile), it becomes nobody for good and its
folder belongs to nobody. A folder keeps the road it was made on.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from servicedesk import env

NOBODY = 65534
NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


class Road(StrEnum):
    DIRECT = "direct"
    NAMESPACE = "namespace"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Account:
    """How a program of PostgreSQL is started on one of the roads."""

    road: Road
    prefix: list[str] = field(default_factory=list)
    spawn: dict[str, Any] = field(default_factory=dict)

    @property
    def uid(self) -> int:
        return NOBODY if self.road is Road.NOBODY else os.geteuid()


def account_on(road: Road) -> Account:
    if road is Road.NAMESPACE:
        return Account(road, prefix=NAMESPACE)
    if road is Road.NOBODY:
        return Account(road, spawn={"user": NOBODY, "group": NOBODY, "extra_groups": []})
    return Account(road)


def choose_account(cluster: Path) -> Account:
    """The road this machine allows for a cluster; an existing one belonging to nobody stays with nobody."""
    if os.geteuid() != 0:
        return account_on(Road.DIRECT)
    if cluster.exists() and cluster.stat().st_uid == NOBODY:
        return account_on(Road.NOBODY)
    return account_on(Road.NAMESPACE if allows_namespaces() else Road.NOBODY)


def allows_namespaces() -> bool:
    if env.word("DESK_POSTGRES_AS") == Road.NOBODY or not shutil.which("unshare"):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0


def can(account: Account, *argv: str | Path) -> bool:
    """Whether this account can do what the command tries."""
    try:
        done = subprocess.run([*account.prefix, *map(str, argv)], capture_output=True, cwd="/", **account.spawn)
    except OSError:
        return False
    return done.returncode == 0


def give(folder: Path, account: Account) -> None:
    """Hand a folder and all in it to the account; nothing to do except on nobody's road."""
    if account.road is not Road.NOBODY:
        return
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent, name), NOBODY, NOBODY, follow_symlinks=False)
    os.chown(folder, NOBODY, NOBODY)
