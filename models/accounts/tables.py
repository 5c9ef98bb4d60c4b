"""The tables of accounts: challenges, sessions, roles, consents, and the counting of tries."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.kit.fields import EncryptedField, UtcDatetimeField, key


class ConsentPurpose(StrEnum):
    """What a person consents to separately (personal-information law)."""

    HEALTH = "HEALTH"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    INCOME_CHECK = "INCOME_CHECK"
    MINORS = "MINORS"
    PUBLICITY = "PUBLICITY"
    PHOTO = "PHOTO"


class Account(Model):
    """Someone who signs in by phone; the member behind it, if any, and staff roles, if any."""

    id = key()
    name = fields.CharField(max_length=50, default="")
    member: Any = fields.OneToOneField("models.Member", null=True, on_delete=fields.RESTRICT)
    phone = EncryptedField(null=True)
    phone_index = fields.CharField(max_length=64, null=True, unique=True)
    password_hash = fields.CharField(max_length=200, null=True)
    locale = fields.CharField(max_length=2, default="zh")
    created_at = UtcDatetimeField()
    # Stored, not counted: lists show it on every page.
    unread_notifications = fields.IntField(default=0)

    class Meta:
        table = "account"


class RoleAssignment(Model):
    """A staff role over a union and everything below it; ended rows stay as history."""

    id = key()
    account: Any = fields.ForeignKeyField("models.Account", on_delete=fields.RESTRICT, related_name="role_assignments")
    role = fields.CharField(max_length=15)
    organisation: Any = fields.ForeignKeyField("models.Organisation", on_delete=fields.RESTRICT)
    granted_by = fields.UUIDField(null=True)
    granted_at = UtcDatetimeField()
    revoked_at = UtcDatetimeField(null=True)
    revoked_by = fields.UUIDField(null=True)

    class Meta:
        table = "role_assignment"
        indexes = (("account_id",), ("organisation_id", "role"))


class SignInChallenge(Model):
    """A one-time code on its way: hashed, single use."""

    id = key()
    phone = EncryptedField()
    phone_index = fields.CharField(max_length=64)
    code_hash = fields.CharField(max_length=64)
    expires_at = UtcDatetimeField()
    tries = fields.IntField(default=0)
    used_at = UtcDatetimeField(null=True)
    created_at = UtcDatetimeField()

    class Meta:
        table = "sign_in_challenge"
        indexes = (("expires_at",),)


class Session(Model):
    """A signed-in device: a family of rotating refresh tokens and one access token, kept as hashes."""

    id = key()
    account: Any = fields.ForeignKeyField("models.Account", on_delete=fields.RESTRICT)
    device = fields.CharField(max_length=100, null=True)
    access_hash = fields.CharField(max_length=64, unique=True)
    access_expires_at = UtcDatetimeField()
    refresh_hash = fields.CharField(max_length=64, unique=True)
    refresh_expires_at = UtcDatetimeField()
    created_at = UtcDatetimeField()
    last_used_at = UtcDatetimeField()
    ended_at = UtcDatetimeField(null=True)

    class Meta:
        table = "session"
        indexes = (("account_id", "ended_at"), ("refresh_expires_at",))


class SpentRefreshToken(Model):
    """A refresh token that was exchanged: seen again later than the grace period, its session ends."""

    id = key()
    session: Any = fields.ForeignKeyField("models.Session", on_delete=fields.CASCADE)
    token_hash = fields.CharField(max_length=64, unique=True)
    spent_at = UtcDatetimeField()

    class Meta:
        table = "spent_refresh_token"
        indexes = (("session_id",), ("spent_at",))


class Throttle(Model):
    """Counts tries of one kind by one key (a phone, an account, an address) in a window."""

    id = key()
    name = fields.CharField(max_length=120, unique=True)
    count = fields.IntField()
    resets_at = UtcDatetimeField()
    blocked_until = UtcDatetimeField(null=True)

    class Meta:
        table = "throttle"
        indexes = (("resets_at",),)


class Consent(Model):
    """A consent given for a purpose, by version of its notice; withdrawing dates it and deletes nothing."""

    id = key()
    account: Any = fields.ForeignKeyField("models.Account", on_delete=fields.RESTRICT)
    purpose = fields.CharField(max_length=20)
    version = fields.IntField()
    given_at = UtcDatetimeField()
    withdrawn_at = UtcDatetimeField(null=True)

    class Meta:
        table = "consent"
        indexes = (("account_id", "purpose"),)
