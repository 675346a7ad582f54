from django.db import models


class Webhook(models.Model):
    """Another system that a step of a ladder calls: where it listens, and the secret that its messages are signed by.

    Defined by an administrator, named in a step by its code, and never deleted: past steps name it.
    """

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=100, editable=False, help_text="signs every message; shown once")
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code
