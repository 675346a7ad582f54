from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from servicedesk.people.models.customer import Customer


class People(BaseUserManager["Person"]):
    def get(self, *args: Any, **kwargs: Any) -> "Person":
        """One person comes with whom they belong to: every page asks for both, and the session reads by this."""
        return self.select_related("customer").get(*args, **kwargs)

    def create_user(self, login: str, password: str | None = None, **fields: Any) -> "Person":
        """Add a person who can sign in; without a password they cannot, until they set one."""
        person = self.model(login=login, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, login: str, password: str | None = None, **fields: Any) -> "Person":
        """Add an administrator (django-admin createsuperuser)."""
        from servicedesk.people.models.role import Role

        person = self.create_user(login, password, **fields)
        Role.objects.create(person=person, kind=Role.Kind.ADMINISTRATOR)
        return person


class Person(AbstractBaseUser):
    """Someone who signs in or writes; belongs to one customer."""

    login = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="people", null=True, blank=True)
    language = models.CharField(max_length=2, choices=[("ru", "русский"), ("en", "English")], default="ru")
    time_zone = models.CharField(max_length=60, blank=True, help_text="empty: the customer's")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("login"), name="person_login_unique"),
            models.UniqueConstraint(Lower("email"), name="person_email_unique", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in: administrators only."""
        return self.is_active and self.roles.filter(kind="administrator").exists()

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's admin asks this; an administrator may do there whatever a model's admin offers."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
