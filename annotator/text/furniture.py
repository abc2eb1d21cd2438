"""Page furniture: lines that a web page puts around an article and that assert nothing."""

import re

from annotator.text.vetoes import has_ink

# Longer blocks are paragraphs; only a notice of rights may run on.
LONGEST = 160
LONGEST_NOTICE = 400

_WHOLE_LINE = re.compile(
    r"(?:updated? (?:hourly|daily|weekly)|advertise(?:ment|ments|r content)|sponsored(?: content)?"
    r"|read (?:more|next|also|on|full (?:story|article))|more(?: news| stories| on this story)?"
    r"|continue reading(?: the main story)?|story continues(?: below)?(?: (?:the )?advertisement)?"
    r"|share(?: this(?: (?:article|story|page))?| on (?:facebook|twitter|x|whatsapp))?"
    r"|tweet|e?-?mail(?: this(?: article)?)?|print(?: this(?: article)?)?"
    r"|(?:[0-9]+ )?comments?"
    r"|(?:view|show|leave a|post a|add a) comments?|related(?: (?:articles|stories|coverage))?"
    r"|recommended|most (?:read|popular|viewed)|trending(?: now)?|top stories|latest news"
    r"|subscribe(?: now| today)?|sign (?:up|in)(?: now| here)?|log in|register|menu|search|home"
    r"|skip to (?:main )?content|back to top|loading|play(?: video)?|video|gallery|photos?"
    r"|close|next|previous|new|breaking|live|topics|tags|privacy(?: policy)?|terms(?: of (?:use|"
    r"service))?|cookie policy|contact us|about us|newsletters?|(?:the )?end|ends"
    r"|editors?['’] picks"
    r"|file photo|you (?:may|might) also like|listen to this article|add to favou?rites|save|reply)"
    r"\s*[.:!…»>›→]*",
    re.IGNORECASE,
)
# What databases and archives put above the parts of an article.
_LABEL = re.compile(
    r"(?:abstract|summary|(?:full|document|article) text|lead paragraph|headline|byline|body)"
    r"\s*[.:]?",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"(?:sign up (?:for|to|here|now|today)|subscribe (?:to|now|today|for|here)|click (?:here|to|on)"
    r"|tap (?:here|to)|follow (?:us|@|\w+ (?:\w+ )?on (?:twitter|facebook|instagram|x))"
    r"|like us on|find us on|join us on|join the (?:conversation|discussion)"
    r"|read (?:more|also|next)\s*[:»>›→|-]|related\s*(?:articles?|stor(?:y|ies))?\s*:|see also\s*:"
    r"|more (?:from|on|about|news|stories)\s*[:»>›→]|watch(?: (?:live|now|the video))?\s*:"
    r"|share this|download (?:our|the) |get (?:our|the|more|breaking).{0,60}"
    r"(?:newsletter|inbox|alerts|app)\b|stay (?:informed|up to date|connected)"
    r"|support (?:our|independent) |donate (?:to|now|today)|advertisement\b|story continues"
    r"|continue reading|this (?:article|story|post|piece) (?:was |has been )?"
    r"(?:first |originally )?(?:appeared|published|produced|republished)|"
    r"(?:photo|image|picture|photograph|video)s?(?: credit| courtesy)?\s*:|\(?photo by "
    r"|reporting by .{2,80}; ?(?:additional|editing|writing)|editing by |copyright\b|©|\(c\) ?[12]"
    r"|have a (?:news )?tip|send (?:us )?(?:your )?(?:news )?tips"
    r"|by (?:signing|subscribing|clicking)"
    r"|we use cookies|this (?:site|website) uses cookies|enter your e?-?mail|view (?:all )?comments"
    r"|tags?\s*:|filed under|topics?\s*:|categor(?:y|ies)\s*:|contact (?:the|this) "
    r"(?:author|reporter|writer)|e?-?mail the (?:author|reporter))",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"all rights reserved|may not be (?:published|reproduced)|^(?:©|copyright\b|\(c\) ?[12])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+>?|<?[\w.+-]+@[\w-]+\.[\w.-]+>?", re.IGNORECASE)


def is_label(line: str) -> bool:
    """Say whether a block only names the part that follows: "ABSTRACT.", "Full text:"."""
    return len(line) <= LONGEST and _LABEL.fullmatch(line) is not None


def is_furniture(line: str) -> bool:
    """Say whether a block looks like page furniture rather than a part of the article."""
    line = " ".join(line[: LONGEST_NOTICE * 2].split()).lstrip("•·‣▪●◦■*+-–—>» ")
    if not has_ink(line):
        return True
    if len(line) <= LONGEST_NOTICE and _NOTICE.search(line):
        return True
    if len(line) > LONGEST:
        return False
    ways = (_LABEL.fullmatch, _WHOLE_LINE.fullmatch, _BEGINNING.match, _ADDRESS.fullmatch)
    return any(way(line) for way in ways)
