"""What `manage.py` does inside .venv: settle the data folder and the database, then hand over to the command."""

import os
import signal
import sys
from types import FrameType

import psycopg2

from servicedesk import env, localpg
from servicedesk.database import is_own_server
from servicedesk.localpg.provision import Unfit

WITHOUT_DATABASE = {
    "", "help", "version", "check", "compilemessages", "makemessages", "startapp", "diffsettings", "findstatic",
    "collectstatic", "environment", "develop", "export_openapi_schema",
}  # fmt: skip
AS_OWNER = {"migrate", "prepare", "makemigrations", "flush", "bench", "screenshots", "sla_vectors"}
SUPERVISED = "DESK_SUPERVISED"  # set for children of `run` and `web`: the database is their parent's care


def launch(arguments: list[str]) -> int:
    """Run one command line; returns its exit code."""
    arguments = take_data_folder(arguments)
    command = next((word for word in arguments if not word.startswith("-")), "")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    if command in AS_OWNER:
        os.environ["DESK_DATABASE_ROLE"] = "owner"
    try:
        env.check_all()
        return dispatch(command, arguments)
    except (env.BadSetting, localpg.ClusterError, Unfit, PermissionError, psycopg2.OperationalError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2


def take_data_folder(arguments: list[str]) -> list[str]:
    """Turn `--data DIR` into DESK_DATA, and every way of naming the folder into its absolute path."""
    left, words = [], iter(arguments)
    for word in words:
        if word == "--data":
            os.environ["DESK_DATA"] = os.path.abspath(next(words, ""))
        elif word.startswith("--data="):
            os.environ["DESK_DATA"] = os.path.abspath(word.removeprefix("--data="))
        else:
            left.append(word)
    os.environ["DESK_DATA"] = str(env.path("DESK_DATA"))
    return left


def dispatch(command: str, arguments: list[str]) -> int:
    if command in {"run", "web"}:
        from servicedesk import supervisor

        return supervisor.main(arguments)
    if command == "test":
        from servicedesk import testing

        return testing.main(arguments[1:])
    signal.signal(signal.SIGTERM, end_by_signal)
    if not needs_own_server(command, arguments):
        return run_django(arguments)
    with localpg.use_cluster(env.path("DESK_DATA")):
        return run_django(arguments)


def needs_own_server(command: str, arguments: list[str]) -> bool:
    if os.environ.get(SUPERVISED) or not is_own_server() or {"--help", "-h", "--version"} & set(arguments):
        return False
    if command == "sla_vectors":
        return "--through-database" in arguments
    return command not in WITHOUT_DATABASE


def run_django(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], *arguments])
    return 0


def end_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
