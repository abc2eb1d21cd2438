"""Accounts, who may do what in which project, and how people sign in."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from annotator.store.clock import now
from annotator.store.db import Base, UtcDateTime
from annotator.store.models.projects import Project


class Role(StrEnum):
    """What a person may do in one project."""

    ANNOTATOR = "annotator"
    ADJUDICATOR = "adjudicator"
    LEAD = "lead"


class User(Base):
    """One account; what it may do is said per project."""

    __tablename__ = "users"
    __table_args__ = (
        UniqueConstraint("username"),
        UniqueConstraint("email"),
        UniqueConstraint("sso_issuer", "sso_subject"),
        CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    # What leads call the person; in no export.
    display_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # By which single sign-on finds the account the first time, in lower case; in no export.
    email: Mapped[str | None]
    # The operator has set it, and no lead.
    email_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Who the person is at the provider of single sign-on, once they have come by it.
    sso_issuer: Mapped[str | None]
    sso_subject: Mapped[str | None]
    password_hash: Mapped[str | None]
    # Nobody but the person can know it: it was not set in a session that a lead's link began.
    password_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    # It opens the account no more: somebody else may know it, and a project of others was joined.
    password_ended: Mapped[bool] = mapped_column(default=False, server_default=false())
    theme: Mapped[str] = mapped_column(default="system")
    preferences: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Nothing says any more who the person was; the account cannot be opened again.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When a browser of this person was last heard of, to a few minutes; sessions end, this stays.
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user")

    @property
    def has_password(self) -> bool:
        """Say whether a password opens the account."""
        return self.password_hash is not None

    @property
    def single_keys(self) -> bool:
        """Say whether single keys press the controls of the label page; they do at first."""
        return wants_single_keys(self.preferences)

    @property
    def own_keys(self) -> Mapping[str, str]:
        """Return this person's own keys, by the name of the control."""
        keys: Mapping[str, str] = self.preferences.get("keys", {})
        return keys


def wants_single_keys(preferences: Mapping[str, Any]) -> bool:
    """Say whether somebody with these preferences wants single keys, as everybody does at first."""
    return bool(preferences.get("single_keys", True))


class Membership(Base):
    """One person in one project: the roles, and the pseudonym under which labels leave."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("user_id", "project_id"),
        UniqueConstraint("project_id", "pseudonym"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    pseudonym: Mapped[str]
    annotator: Mapped[bool] = mapped_column(default=False)
    adjudicator: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[bool] = mapped_column(default=False)
    # No person, and without any role of one: see `ModelMember`.
    model: Mapped[bool] = mapped_column(default=False, server_default=false())

    user: Mapped[User] = relationship(back_populates="memberships")
    project: Mapped[Project] = relationship()

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles of this person in this project."""
        return frozenset(role for role in Role if getattr(self, role.value))


class ModelMember(Base):
    """A model that answers in a project: a member without password, sign-in or role.

    Its answers are of origin `model`, which count nowhere. `settings` is free text: the prompt,
    the temperature, whatever another needs to ask it the same.
    """

    __tablename__ = "models"

    membership_id: Mapped[int] = mapped_column(
        ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str]
    version: Mapped[str] = mapped_column(default="", server_default=text("''"))
    settings: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    membership: Mapped[Membership] = relationship()


class SignIn(Base):
    """One signed-in browser; deleting the row signs it out."""

    __tablename__ = "sign_ins"
    __table_args__ = (UniqueConstraint("token_hash"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    address: Mapped[str] = mapped_column(default="")
    # What the browser called itself when it signed in, cut; read by nobody but its owner.
    agent: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # Begun by a one-time link: for a while it may set a new password without the old one.
    by_link: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Begun by the person's own password or the operator's link, which no lead can have had.
    own: Mapped[bool] = mapped_column(default=False, server_default=false())
    # A second factor was shown in it, or what began it counts for one.
    factor_shown: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The secret of an app that is being set up in this session, encrypted.
    new_secret: Mapped[str | None]

    user: Mapped[User] = relationship()


class SignInLink(Base):
    """A link that signs one person in, once."""

    __tablename__ = "sign_in_links"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The lead who made it; None for the operator's command.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])


class SignInTry(Base):
    """A failed try to sign in, kept as long as it can slow the next one down."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index(None, "username", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
