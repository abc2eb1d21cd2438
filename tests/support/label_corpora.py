"""A made corpus with labels of three annotators, written as each tool would, with every oddity.

What should come of it is known: `expected` holds the answers, `named` the labels that are left out.
"""

import json
import re
from dataclasses import dataclass, field
from random import Random

from annotator.text import sentences

NAMES = ("Anna Reyes", "Paul Whitfield", "Мария Орлова", "Jürgen Voß", "the envoy")
SIDES = {"PRO": "support", "CON": "oppose", "MIXED": "neutral"}
FIRM = {"sure": "certain", "maybe": "possible"}
ANNOTATORS = ("A07", "A08", "A09")
BODIES = (
    "said that no, no talks would follow",
    "told reporters 🇺🇸🇷🇺 that talks help",
    "doubted the plan and the talks",
    "met nobody at all that week",
)


@dataclass
class Given:
    """One label: its name, what is said by it, and its fragments."""

    name: str
    spans: list
    stance: str = ""
    certainty: str = ""


@dataclass
class Labelled:
    """All labels of one annotator on one text, in the order they are written."""

    key: str
    text: str
    annotator: str
    labels: list = field(default_factory=list)


@dataclass
class Corpus:
    """The texts, what is labelled, what should come of it, and how many lines name something."""

    texts: dict
    labelled: list
    expected: dict
    named: int


def corpus(documents, fragments, words_told, seed=7):
    """Return a corpus; `fragments` and `words_told` say what the format can express."""
    rng = Random(seed)
    texts = dict(article(rng, number) for number in range(documents))
    made = Corpus(texts, [], {}, 0)
    for number, (key, text) in enumerate(texts.items()):
        places = sentences.split(text)
        truth = [rng.choice([*SIDES, None, None]) for _ in places]
        for annotator in ANNOTATORS:
            each = Labelled(key, text, annotator)
            for position, (span, side) in enumerate(zip(places, truth, strict=True)):
                said = side if rng.random() < 0.8 else rng.choice([*SIDES, None])
                label_sentence(made, each, position, span, said, rng)
            odd(made, each, places, number, fragments, words_told)
            made.labelled.append(each)
    repeat(made)
    return made


def article(rng, number):
    lines = [f"{rng.choice(NAMES)} {rng.choice(BODIES)}." for _ in range(5)]
    return f"doc{number:03}", f"{number} texts met. " + " ".join(lines) + "\n"


def label_sentence(made, each, position, span, said, rng):
    """Label one sentence: its first two words claim something, or nothing is there."""
    where = (each.key, position, each.annotator)
    if said is None:
        made.expected[where] = ("no_claim",)
        return
    start, end = span
    words = re.match(r"\S+ \S+", each.text[start:end])
    certainty = rng.choice(list(FIRM))
    each.labels.append(Given("Claim", [(start, start + words.end())], said, certainty))
    made.expected[where] = ("claims", words.group(), SIDES[said], FIRM[certainty])


def odd(made, each, places, number, fragments, words_told):
    """Add something odd to some of the documents; what is left out is counted."""
    first, second = places[1], places[2]
    both = [(first[1] - 6, second[0] + 3)]
    kind = number % 10 if each.annotator == ANNOTATORS[number % 3] else None
    if kind == 1:  # a label nobody knows, which leaves its sentence without an answer
        each.labels.append(Given("Odd", [(first[0], first[0] + 4)]))
        leave_out(made, each, 1)
    elif kind == 2:  # over two sentences
        each.labels.append(Given("Evidence", both))
        leave_out(made, each, 1, 2)
    elif kind == 3:  # the same, of a label that is ignored
        each.labels.append(Given("Content", both))
    elif kind == 4 and fragments and (each.key, 1, each.annotator) in made.expected:
        # in pieces: kept where there is a claim, and else evidence of nobody's claim
        start, end = first
        each.labels.append(Given("Evidence", [(start, start + 3), (end - 6, end - 1)]))
        if made.expected[each.key, 1, each.annotator] == ("no_claim",):
            made.expected[each.key, 1, each.annotator] = ("incomplete",)
    elif kind == 5 and fragments:  # a name in pieces
        start, end = second
        each.labels[:] = [one for one in each.labels if one.spans[0][0] != start]
        each.labels.append(Given("Claim", [(start, start + 3), (end - 6, end - 1)], "PRO", "sure"))
        made.named += 1
        del made.expected[each.key, 2, each.annotator]
    elif kind == 6:  # a stance nobody knows, of a claim that comes in without it
        known = [one for one in each.labels if one.stance]
        if known:
            known[0].stance = "ODD"
            made.named += 1
            position = next(
                at for at, (start, _) in enumerate(places) if start == known[0].spans[0][0]
            )
            made.expected[each.key, position, each.annotator] = ("incomplete",)
    elif kind == 7 and words_told:  # words that are others in the text
        each.labels.append(Given("Wrong words", [(first[0], first[0] + 4)]))
        leave_out(made, each, 1)


def leave_out(made, each, *positions):
    """Note a label that is named; a sentence without another one has no answer."""
    made.named += 1
    for position in positions:
        where = (each.key, position, each.annotator)
        if made.expected[where] == ("no_claim",):
            del made.expected[where]


def repeat(made):
    """Give some documents twice: equal ones, and ones that contradict each other."""
    for each in [one for one in made.labelled if one.annotator == "A08"][8::40]:
        made.labelled.append(Labelled(each.key, each.text, each.annotator, list(each.labels)))
    for each in [one for one in made.labelled if one.annotator == "A09"][9::40]:
        more = Given("Claim", [(0, len(each.text.split()[0]))], "CON", "sure")
        made.labelled.append(Labelled(each.key, each.text, each.annotator, [*each.labels, more]))
        made.named += 1
        for where in [one for one in made.expected if (one[0], one[2]) == (each.key, "A09")]:
            del made.expected[where]


def words_of(each, label):
    """Return the words a file says that a label marks."""
    if label.name == "Wrong words":
        return "others"
    return " ".join(each.text[start:end] for start, end in label.spans)


def named(label):
    return "Claim" if label.name == "Wrong words" else label.name


def units(text, place):
    return len(text[:place].encode("utf-16-le")) // 2


def names_of(label):
    """Return the labels of a format that has no attributes."""
    if label.name == "Claim":
        return ["Person", label.stance, label.certainty]
    return [named(label)]


def jsonl(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def brat(made):
    files = {}
    for number, each in enumerate(made.labelled):
        again = f"again{number}/" if f"{each.annotator}/{each.key}.ann" in files else ""
        path = f"{again}{each.annotator}/{each.key}"
        lines, attributes = [], 0
        for at, label in enumerate(each.labels, start=1):
            place = ";".join(f"{start} {end}" for start, end in label.spans)
            lines.append(f"T{at}\t{named(label)} {place}\t{words_of(each, label)}")
            for name in ("stance", "certainty"):
                if getattr(label, name):
                    attributes += 1
                    lines.append(f"A{attributes}\t{name} T{at} {getattr(label, name)}")
        files[f"{path}.txt"] = each.text
        files[f"{path}.ann"] = "\n".join(lines) + "\n"
    return files


def doccano(made):
    return {
        "all.jsonl": jsonl(
            {
                "text": each.text,
                "user": each.annotator,
                "label": [
                    [*label.spans[0], name] for label in each.labels for name in names_of(label)
                ],
            }
            for each in made.labelled
        )
    }


def prodigy(made):
    return {
        "all.jsonl": jsonl(
            {
                "text": each.text,
                "_annotator_id": each.annotator,
                "answer": "accept",
                "spans": [
                    {
                        "start": label.spans[0][0],
                        "end": label.spans[0][1],
                        "label": name,
                        "text": words_of(each, label),
                    }
                    for label in each.labels
                    for name in names_of(label)
                ],
            }
            for each in made.labelled
        )
    }


def potato(made):
    def span(each, label, name):
        start, end = (units(each.text, place) for place in label.spans[0])
        return {"start": start, "end": end, "label": name, "text": words_of(each, label)}

    return {
        "all.jsonl": jsonl(
            {
                "id": each.key,
                "text": each.text,
                "annotator": each.annotator,
                "annotations": {
                    "who": [
                        span(each, label, name) for label in each.labels for name in names_of(label)
                    ]
                },
            }
            for each in made.labelled
        )
    }


def label_studio(made):
    def results(each):
        for number, label in enumerate(each.labels):
            start, end = (units(each.text, place) for place in label.spans[0])
            value = {"start": start, "end": end, "text": words_of(each, label)}
            shared = {"id": f"r{number}", "to_name": "text"}
            yield {**shared, "from_name": "label", "type": "labels",
                   "value": {**value, "labels": [named(label)]}}  # fmt: skip
            for name in ("stance", "certainty"):
                if getattr(label, name):
                    yield {**shared, "from_name": name, "type": "choices",
                           "value": {**value, "choices": [getattr(label, name)]}}  # fmt: skip

    tasks = {}
    for number, each in enumerate(made.labelled):
        task = tasks.setdefault(
            each.key, {"id": len(tasks), "data": {"text": each.text}, "annotations": []}
        )
        task["annotations"].append(
            {"id": number, "completed_by": {"email": each.annotator}, "result": [*results(each)]}
        )
    return {"all.json": json.dumps([*tasks.values()])}


def features(label):
    return {name: value for name in ("stance", "certainty") if (value := getattr(label, name))}


def gate(made):
    documents, taken = [], {}
    for each in made.labelled:
        # One annotator has one set in a document; whoever comes twice has another document.
        place = taken.setdefault((each.key, each.annotator), 0)
        taken[each.key, each.annotator] += 1
        documents.append((each, place))
    return {
        "all.json": json.dumps(
            [
                {
                    "name": each.key,
                    "text": each.text,
                    "offset_type": "j",
                    "annotation_sets": {
                        each.annotator: {
                            "name": each.annotator,
                            "annotations": [
                                {
                                    "type": named(label),
                                    "start": units(each.text, label.spans[0][0]),
                                    "end": units(each.text, label.spans[0][1]),
                                    "features": features(label),
                                }
                                for label in each.labels
                            ],
                        }
                    },
                }
                for each, _ in documents
            ]
        )
    }


def cas_json(made):
    files = {}
    for number, each in enumerate(made.labelled):
        path = f"{each.key}.txt/{each.annotator}.json"
        path = f"again{number}/{path}" if path in files else path
        structures = [{"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": each.text}]
        structures += [
            {
                "%ID": at,
                "%TYPE": f"webanno.custom.{named(label)}",
                "@sofa": 1,
                "begin": units(each.text, label.spans[0][0]),
                "end": units(each.text, label.spans[0][1]),
                **features(label),
            }
            for at, label in enumerate(each.labels, start=2)
        ]
        files[path] = json.dumps({"%FEATURE_STRUCTURES": structures})
    return files


def webanno_tsv(made):
    files = {}
    for number, each in enumerate(made.labelled):
        path = f"{each.key}.txt/{each.annotator}.tsv"
        path = f"again{number}/{path}" if path in files else path
        layers = ["Claim", "Evidence", "Content", "Odd"]
        lines = ["#FORMAT=WebAnno TSV 3.3", "#T_SP=webanno.custom.Claim|stance|certainty"]
        lines += [f"#T_SP=webanno.custom.{layer}|note" for layer in layers[1:]]
        for at, (start, end) in enumerate(sentences.split(each.text), start=1):
            lines += ["", f"#Text={each.text[start:end]}"]
            for token, found in enumerate(
                re.finditer(r"[\w’]+|[^\w\s]+", each.text[start:end]), start=1
            ):
                begin, stop = start + found.start(), start + found.end()
                cells = [f"{at}-{token}"]
                cells.append(f"{units(each.text, begin)}-{units(each.text, stop)}")
                cells.append(found.group())
                for layer in layers:
                    cells += cells_of(each, layer, begin, stop)
                lines.append("\t".join(cells) + "\t")
        files[path] = "\n".join(lines) + "\n"
    return files


def cells_of(each, layer, begin, stop):
    """Return the cells of one layer on one token."""
    here = [
        (number, label)
        for number, label in enumerate(each.labels, start=1)
        if named(label) == layer and label.spans[0][0] < stop and begin < label.spans[0][1]
    ]
    if layer != "Claim":
        return ["|".join(f"*[{number}]" for number, _ in here) or "_"]
    return [
        "|".join(f"{getattr(label, name)}[{number}]" for number, label in here) or "_"
        for name in ("stance", "certainty")
    ]


VALUES = "".join(
    f'[fields.{name}.{theirs}]\n{name} = "{ours}"\n'
    for name, values in (("stance", SIDES), ("certainty", FIRM))
    for theirs, ours in values.items()
)
LABELS = "".join(
    f'[labels.{theirs}]\n{name} = "{ours}"\n'
    for name, values in (("stance", SIDES), ("certainty", FIRM))
    for theirs, ours in values.items()
)
SPEAKER = 'speaker = "*"\nspeaker_type = "person"\n'
REST = "[labels.Evidence]\nevidence = true\n[labels.Content]\nignore = true\n"
CLAIM = f"[labels.Claim]\n{SPEAKER}{REST}{VALUES}"
PERSON = f"[labels.Person]\n{SPEAKER}{REST}{LABELS}"
NO_LABEL = 'no_label = "no_claim"\n'

# For each format: how it is written, whether it has fragments, whether it tells the words that it
# marks, and its mapping.
FORMATS = {
    "label-studio": (label_studio, False, True, CLAIM),
    "doccano": (doccano, False, False, 'annotator = "user"\n' + PERSON),
    "brat": (brat, True, True, CLAIM),
    "webanno-tsv": (webanno_tsv, False, False, CLAIM),
    "cas-json": (cas_json, False, False, CLAIM),
    "gate": (gate, False, False, 'article = "name"\n' + CLAIM),
    "potato": (potato, False, True, PERSON),
    "prodigy": (prodigy, False, True, PERSON),
}


def written(form, documents):
    """Return a corpus, its files, and its mapping."""
    write, fragments, words_told, mapping = FORMATS[form]
    made = corpus(documents, fragments, words_told)
    return made, write(made), NO_LABEL + mapping
