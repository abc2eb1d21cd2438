"""What a signed-in browser is called on the page of its owner: "Firefox on Linux"."""

from ua_parser import parse

UNKNOWN = "Unknown device"
# The parser calls a phone's browser "Mobile Safari" and a Mac's system "Mac OS X".
SYSTEMS = {"Mac OS X": "macOS", "iOS": "iOS", "Chrome OS": "ChromeOS"}


def in_words(agent: str) -> str:
    """Return browser and system of a user agent in words; what it does not say is left out."""
    found = parse(agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    device = found.device.family if found.device and found.device.brand == "Apple" else ""
    where = device if device in {"iPhone", "iPad"} else SYSTEMS.get(system, system)
    words = " on ".join(filter(None, (browser.removeprefix("Mobile ").strip(), where)))
    return words or UNKNOWN
