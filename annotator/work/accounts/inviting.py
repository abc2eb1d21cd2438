"""Many people at once: a pasted list read line by line, and what would become of each."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import Membership, Project, User
from annotator.work.accounts import accounts, memberships

MOST = 200
LONGEST_NAME = 100
LONGEST_LINE = 1000
HEADINGS = ("name", "user name", "address", "pseudonym", "link")
# Letters that lose more than an accent.
FOLDED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
MAIL = re.compile(r"<?([^\s<>@]+@[^\s<>@]+)>?")
PARTS = re.compile(r"[\t,;]")


@dataclass(frozen=True)
class Invitee:
    """One line of the list: whom it names, and what would be done."""

    line: int
    username: str
    name: str = ""
    mail: str = ""
    known: bool = False  # the account is there already
    member: bool = False  # and belongs to the project
    fault: str = ""


@dataclass(frozen=True)
class Invited:
    """Somebody who was added; `user` is new where `fresh`, and then needs a link."""

    invitee: Invitee
    membership: Membership
    fresh: bool

    @property
    def user(self) -> User:
        """Return the account."""
        return self.membership.user


def read_list(project: Project, text: str) -> list[Invitee]:
    """Return the people of a list, one a line: a user name, a name, an address, in any order.

    Without a user name it is made of the name, or of the address. Parts stand apart by commas,
    semicolons or tabs; an address may stand in angle brackets.
    """
    found: list[Invitee] = []
    met: dict[str, int] = {}
    for invitee in lines_of(text):
        fault = invitee.fault
        if not fault and invitee.username in met:
            fault = f"“{invitee.username}” stands in line {met[invitee.username]} already"
        met.setdefault(invitee.username, invitee.line)
        found.append(Invitee(**{**vars(invitee), "fault": fault}))
    names = [each.username for each in found]
    known = {
        user.username: user
        for user in db.session.scalars(select(User).where(User.username.in_(names)))
    }
    numbers = select(Membership.user_id).where(Membership.project_id == project.id)
    inside = set(db.session.scalars(numbers))
    return [
        Invitee(
            **{
                **vars(each),
                "known": each.username in known,
                "member": each.username in known and known[each.username].id in inside,
            }
        )
        for each in found
    ]


def lines_of(text: str) -> Iterator[Invitee]:
    """Yield the people of a list, and what is wrong with a line."""
    lines = [(n, " ".join(line.split(" "))) for n, line in enumerate(text.splitlines(), start=1)]
    filled = [(n, line.strip()) for n, line in lines if line.strip()]
    if len(filled) > MOST:
        raise RefusedError(f"The list has {len(filled):,} lines; invite at most {MOST} at once.")
    for number, line in filled:
        yield read_line(number, line)


def read_line(number: int, line: str) -> Invitee:
    """Return the person of one line."""
    if len(line) > LONGEST_LINE:
        fault = f"the line has {len(line):,} characters, at most {LONGEST_LINE:,} are allowed"
        return Invitee(number, line[:64], fault=fault)
    address = MAIL.search(line)
    mail = address[1] if address else ""
    rest = MAIL.sub(" ", line) if address else line
    parts = [" ".join(part.split()) for part in PARTS.split(rest) if part.strip()]
    plain = [part for part in parts if accounts.is_username(accounts.clean(part))]
    username = accounts.clean(plain[0]) if plain else ""
    if len(parts) == 1 and plain and plain[0] != plain[0].lower():
        username = ""  # "Orlova" alone is a name
    name = next((part for part in parts if not plain or part != plain[0] or not username), "")
    username = username or from_name(name) or from_name(mail.partition("@")[0])
    fault = ""
    if len(name) > LONGEST_NAME:
        fault = f"the name has {len(name):,} characters, at most {LONGEST_NAME} are allowed"
    elif any(unicodedata.category(sign)[0] == "C" for sign in name):
        fault = "the name contains an invisible character"
    elif not accounts.is_username(username):
        fault = "no user name can be made of it; write one before the name, with a comma"
    return Invitee(number, username[:64], name[:LONGEST_NAME], mail, fault=fault)


def from_name(name: str) -> str:
    """Return a user name made of a name: "jurgen.muller" of "Jürgen Müller"."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(FOLDED))
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    words = re.findall(r"[^\W_]+", letters)
    return accounts.clean(".".join(words))[:64]


def invite(
    project: Project,
    people: Sequence[Invitee],
    roles: Sequence[str],
    *,
    lead: User | None = None,
) -> list[Invited]:
    """Add the people of a list to a project; whoever has no account gets one.

    With `lead` the addresses are stored as given by this lead, for single sign-on.

    Raises:
        RefusedError: a line has a fault; nobody is added.

    """
    for each in people:
        if each.fault:
            raise RefusedError(f"line {each.line}: {each.fault}")
    done = []
    for each in people:
        user = accounts.find_user(each.username)
        fresh = user is None
        if user is None:
            user = accounts.add_user(each.username)
            user.display_name = each.name
        email = each.mail if lead else ""
        if lead and email:
            accounts.give_email(user, email, lead)
        membership = memberships.join(project, user, roles, email=email)
        done.append(Invited(each, membership, fresh))
    db.session.flush()
    return done
