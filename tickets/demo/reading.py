"""The texts of the demonstration company: TOML beside the code, read once."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parent / "data"


@lru_cache
def read_texts(name: str) -> dict[str, Any]:
    """One file of `data/`, by its name without the ending."""
    return tomllib.loads((PLACE / f"{name}.toml").read_text())


@lru_cache
def read_services() -> tuple[dict[str, Any], ...]:
    """Every service of every department; `provider` is the department's code, which the file is named after."""
    files = sorted((PLACE / "services").glob("*.toml"))
    return tuple(
        service | {"provider": file.stem} for file in files for service in tomllib.loads(file.read_text())["service"]
    )
