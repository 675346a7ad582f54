"""People, customers and their roles, edited by administrators in Django's admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from servicedesk.clock import database_now
from servicedesk.people.customers import CustomerTreeLoop, place_customer
from servicedesk.people.models import Customer, Person, Role, Segment, Token

admin.site.register(Segment)


class PersonForm(forms.ModelForm):
    new_password = forms.CharField(required=False, widget=forms.PasswordInput, help_text="Empty: unchanged.")

    class Meta:
        model = Person
        fields = ("login", "name", "email", "customer", "language", "time_zone", "is_active")

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


class RoleInline(admin.TabularInline):
    model = Role
    extra = 0


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    form = PersonForm
    inlines = [RoleInline]
    list_display = ("name", "login", "email", "customer", "is_active")
    list_filter = ("is_active", "roles__kind")
    list_select_related = ("customer",)
    search_fields = ("name", "login", "email")
    autocomplete_fields = ("customer",)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        password = form.cleaned_data["new_password"]
        if password or not change:
            obj.set_password(password or None)  # None: nobody can sign in with it
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Nobody is deleted: past tickets name them. They are made inactive."""
        return False


class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = (
            *("kind", "name", "code", "parent", "segment", "account_manager", "time_zone", "is_active"),
            *("mail_domains", "mail_offering"),
        )

    def clean_parent(self) -> Customer | None:
        parent: Customer | None = self.cleaned_data["parent"]
        if parent and self.instance.pk in parent.path:
            raise ValidationError(str(CustomerTreeLoop()))
        return parent


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    form = CustomerForm
    list_display = ("name", "code", "kind", "parent", "segment", "is_active")
    list_filter = ("kind", "segment", "is_active")
    list_select_related = ("parent", "segment")
    search_fields = ("name", "code")
    autocomplete_fields = ("parent", "account_manager")

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        place_customer(customer=obj, parent=obj.parent)

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):
    """Tokens are made by the command `token`; here they are seen and revoked."""

    list_display = ("prefix", "person", "scopes", "created_at", "expires_at", "revoked_at")
    list_select_related = ("person",)
    actions = ("revoke",)

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        queryset.filter(revoked_at=None).update(revoked_at=database_now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return obj is None  # the list, for its action; nothing of a token can be edited

    def has_delete_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False
