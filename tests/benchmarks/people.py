"""People at a label page, as a process of its own: they sign in and save, and time each save.

    python people.py < orders > reports

The first line of the input is who they are (`Who`), each further line an order of `Crowd`; each is
answered by one line. All lines are JSON. Nothing of the application is loaded here, and one thread
holds all connections, so that the load costs little beside what it measures.

A save is due at its time whether the one before has been answered or not, and its latency counts
from when it was due. As in the page's queue, a person's saves go one after the other, and one that
was not acknowledged is sent again under the same key.
"""

import asyncio
import json
import re
import ssl
import sys
import time
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import count
from typing import Any
from urllib.parse import urlencode

# What a person does in one sentence: three keys, each a save, and Next.
ACTS = ((1, ""), (2, ""), (3, ""), (3, "next"))
CHOICES = ("speaker", "stance", "certainty")
STANCES = ("support", "oppose", "neutral")
MARK = re.compile(r"<[^>]*>")
TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
# Before a save that was not acknowledged is sent again; so long a save is waited for after the end.
AGAIN, PATIENCE = 0.2, 30.0
LARGEST = 1 << 20

Reply = tuple[int, dict[str, str], str]


class Person:
    """One signed-in browser, which keeps its connection open."""

    def __init__(self, number: int, who: dict[str, Any]) -> None:
        self.port: int = who["port"]
        self.host: str = who.get("host", f"127.0.0.1:{self.port}")
        self.tls = ssl.create_default_context(cafile=who["tls"]) if "tls" in who else None
        self.told = ""
        self.name, self.password = who["people"][number][:2]
        self.articles: list[int] = who["people"][number][2]
        self.sentences: int = who["sentences"]
        self.speaker: int = who["speaker"]
        self.stance = STANCES[number % len(STANCES)]
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.stream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.acts = self.all_acts()
        self.keys = (f"{self.name}-{each:06}" for each in count(1))

    def all_acts(self) -> Iterator[tuple[int, int, int, str]]:
        """Yield article, position, number of chosen fields and button of one save after the other.

        The last sentence is left out: behind it Next leads out of the article.
        """
        for article in self.articles:
            for position in range(1, self.sentences - 1):
                for chosen, act in ACTS:
                    yield article, position, chosen, act

    async def request(self, path: str, fields: dict[str, Any] | None = None) -> Reply:
        """Return status, headers and body of the reply; a connection that breaks is given up."""
        try:
            return await self.exchange(path, fields)
        except (OSError, EOFError, asyncio.CancelledError):
            self.close()
            raise

    async def exchange(self, path: str, fields: dict[str, Any] | None) -> Reply:
        """Send a request and read its reply."""
        if self.stream is None:
            name = self.host if self.tls else None
            self.stream = await asyncio.open_connection(
                "127.0.0.1", self.port, limit=LARGEST, ssl=self.tls, server_hostname=name
            )
        reader, writer = self.stream
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{'GET' if fields is None else 'POST'} {path} HTTP/1.1",
            f"Host: {self.host}",
            f"Cookie: {cookies}",
        ]
        body = b""
        if fields is not None:
            body = urlencode(fields).encode()
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
                "HX-Request: true",
            ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
            if name.lower() == "set-cookie":
                cookie, _, kept = value.strip().partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        text = (await read_body(reader, headers)).decode()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(head[0].split()[1]), headers, text

    def close(self) -> None:
        """Let go of the connection; the next request opens another one."""
        if self.stream is not None:
            self.stream[1].close()
        self.stream = None

    async def sign_in(self) -> float:
        """Sign in by password and open the label page; return the seconds of the signing in."""
        _, _, page = await self.request("/sign-in")
        begun = time.monotonic()
        fields = {"csrf_token": token_of(page), "username": self.name, "password": self.password}
        status, _, page = await self.request("/sign-in", fields)
        seconds = time.monotonic() - begun
        if status != 303:
            raise RuntimeError(f"{self.name} cannot sign in: {status} {page[:300]}")
        status, _, page = await self.request(f"/label/{self.articles[0]}/1")
        if status != 200:
            raise RuntimeError(f"{self.name} cannot open the page: {status} {page[:300]}")
        self.token = token_of(page)
        return seconds

    async def save(self, report: "Report") -> None:
        """Do the next act, and send it again until it is acknowledged."""
        article, position, chosen, act = next(self.acts)
        key = next(self.keys)
        values = (self.speaker, self.stance, "certain")[:chosen]
        fields = {
            "csrf_token": self.token,
            # Each choice is a revision; Next says again what is stored.
            "revision": min(chosen - 1, 2) if not act else 3,
            "key": key,
            "seconds": 1,
            "open": 0,
            "parts": "y",
            "note": "",
            "act": act,
        }
        fields |= {f"claims-0-{name}": value for name, value in zip(CHOICES, values, strict=False)}
        while fault := await self.fault_of(f"/label/{article}/{position}", fields, str(chosen)):
            report.faults[fault] += 1
            if fault not in report.told:
                report.told[fault] = self.told
            await asyncio.sleep(AGAIN)
        if not act:
            report.acknowledge(key)

    async def fault_of(self, path: str, fields: dict[str, Any], revision: str) -> str:
        """Post once; return what is wrong with the reply, "" where the save is acknowledged."""
        try:
            status, headers, body = await self.request(path, fields)
        except (OSError, EOFError):
            self.told = ""
            return "no reply"
        self.told = words_of(body)
        if status != 200:
            return str(status)
        found = headers.get("annotator-revision")
        return "" if found == revision else f"revision {found} for {revision}"


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    """Read the rest of a reply, whose length is said before or in pieces."""
    if "chunked" not in headers.get("transfer-encoding", ""):
        return await reader.readexactly(int(headers.get("content-length", 0)))
    pieces = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        pieces.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(pieces)


def words_of(page: str) -> str:
    """Return what a reply says to people, without its marks."""
    return " ".join(unescape(MARK.sub(" ", page)).split())[:300]


def token_of(page: str) -> str:
    """Return the token that every form of a page carries."""
    found = TOKEN.search(page)
    if found is None:
        raise RuntimeError(f"no form on the page: {page[:300]}")
    return found[1]


class Report:
    """What came of one order."""

    def __init__(self, tell: bool) -> None:
        self.tell = tell
        self.due, self.answered, self.done = 0, 0, 0
        self.latencies: list[float] = []
        self.faults: Counter[str] = Counter()
        self.keys: list[str] = []
        self.told: dict[str, str] = {}

    def note(self, due: float) -> None:
        """Note how long a save that was due has waited until now."""
        self.due += 1
        self.latencies.append(time.monotonic() - due)

    def acknowledge(self, key: str) -> None:
        """Note a save that has to be in the database from now on."""
        self.keys.append(key)
        if self.tell:
            say(key)


class Crowd:
    """Everybody, and the orders they follow."""

    def __init__(self, who: dict[str, Any]) -> None:
        self.people = [Person(number, who) for number in range(len(who["people"]))]

    async def sign_in(self, first: int, last: int, together: int = 1) -> list[float]:
        """Let these people sign in, so many at the same time; return the seconds of each."""
        places = asyncio.Semaphore(together)

        async def one(person: Person) -> float:
            async with places:
                return await person.sign_in()

        return list(await asyncio.gather(*map(one, self.people[first:last])))

    async def save(
        self,
        people: int,
        seconds: float = 0,
        every: float = 1.0,
        saves: int = 0,
        tell: bool = False,
    ) -> dict[str, Any]:
        """Let so many people save, once `every` so many seconds or without a pause.

        They stop after `seconds`, or after so many acknowledged `saves`. With `tell` each
        acknowledged save is a line of the output before the report.
        """
        report = Report(tell)
        before, begun = time.process_time(), time.monotonic()
        end = begun + seconds if seconds else float("inf")

        async def one(number: int) -> None:
            person = self.people[number]
            # They do not press their keys in the same moment.
            due = begun + every * number / people
            try:
                while due < end and (not saves or len(report.keys) < saves):
                    await asyncio.sleep(due - time.monotonic())
                    await person.save(report)
                    report.note(due)
                    report.answered += 1
                    report.done += time.monotonic() <= end
                    due = due + every if every else time.monotonic()
            finally:
                # Nobody waits for them any more; they have waited at least until now.
                while seconds and due < end:
                    report.note(due)
                    due += every

        tasks = [asyncio.create_task(one(number)) for number in range(people)]
        _, waiting = await asyncio.wait(tasks, timeout=seconds + PATIENCE if seconds else None)
        if waiting:
            report.faults["not answered in time"] += len(waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        for task in set(tasks) - waiting:
            task.result()
        return {
            "due": report.due,
            "answered": report.answered,
            "done": report.done,
            "seconds": time.monotonic() - begun,
            "latencies": report.latencies,
            "faults": report.faults,
            "told": report.told,
            "keys": report.keys,
            "cpu": time.process_time() - before,
        }


def say(what: object) -> None:
    """Write one line."""
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


async def main() -> None:
    """Follow one order after the other; between them nobody does anything."""
    crowd = Crowd(json.loads(sys.stdin.readline()))
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        say(await getattr(crowd, order.pop("order"))(**order))


if __name__ == "__main__":
    asyncio.run(main())
