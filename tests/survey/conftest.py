from tests.channels.mail.conftest import desk, post

__all__ = ["desk", "post"]
