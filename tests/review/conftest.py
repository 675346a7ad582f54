from tests.channels.mail.conftest import desk, post
from tests.pages.conftest import signed_in

__all__ = ["desk", "post", "signed_in"]
