"""Words that mean somebody only beside other sentences: pronouns, in the languages we know best."""

from annotator.text.spelling import folded

# English, German, French, Spanish, Italian, Portuguese; Russian, Ukrainian, Polish; Arabic, Chinese
# and Japanese.
WORDS = """
i me we you he him she her it they them this that these those someone somebody
himself herself themselves
ich wir du ihr er sie es dieser diese dieses jener jene jemand
je nous tu vous il elle ils elles lui eux celui-ci celle-ci ceux-ci quelqu'un
yo nosotros nosotras tú usted ustedes él ella ello ellos ellas éste ésta éstos alguien
io noi voi lui lei loro egli ella esso essa essi esse costui costei qualcuno
eu nós você vocês ele ela eles elas alguém
я мы ты вы он она оно они этот эта эти тот та те кто-то
ми ти ви він вона воно вони цей ця ці той ті хтось
ja ty wy on ona ono oni ten tamten ktoś
أنا نحن أنت هو هي هم هن هذا هذه
我 我们 你 您 他 她 它 他们 她们 它们 这 那
私 我々 あなた 彼 彼女 彼ら 彼女ら これ それ
"""
PRONOUNS = frozenset(WORDS.split())


def is_pronoun(words: str) -> bool:
    """Say whether words are nothing but a pronoun; capitals alone are an abbreviation (IT, ON)."""
    if len(words) > 1 and words.isupper():
        return False
    return folded(words) in PRONOUNS
