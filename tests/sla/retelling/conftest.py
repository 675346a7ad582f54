from tests.owed.conftest import desk

__all__ = ["desk"]
