"""English words by which news tells who says something. All lists of `proposals.py` are here.

They are kept small: what a text shows by itself (capital letters, quotation marks, a surname that
has a first name elsewhere) needs no list, and works in other languages, too.
"""


def words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


# Verbs by which somebody is quoted, or a belief, wish or plan is ascribed to somebody.
SAYING = words(
    """
    said says say saying told tells added adds argued argues claimed claims warned warns announced
    announces denied denies suggested suggests stated states insisted insists noted notes note
    explained explains admitted admits acknowledged acknowledges confirmed confirms declared
    declares expressed expresses asked asks replied replies called calls urged urges demanded
    demands vowed vows pledged pledges promised promises refused refuses rejected rejects accused
    accuses criticised criticized criticises criticizes praised praises believes believed thinks
    thought hopes hoped expects expected wants wanted plans planned proposed proposes recommended
    recommends predicted predicts reported reports wrote writes tweeted signalled signaled hinted
    stressed stresses emphasised emphasized reiterated reiterates concluded concludes estimated
    estimates agreed agrees disagreed opposed opposes supported supports welcomed welcomes
    condemned condemns cautioned testified made share shares deny answered answers held holds knew
    know knows doubted doubts wondered wonders declined declines
    """
)
# May stand between somebody and the verb.
BETWEEN = words(
    """
    has have had did does do is was were are be been being also repeatedly later earlier then
    again once now not never already recently publicly personally reportedly officially who that
    previously still just only further clearly strongly often
    """
)
# Begin a description of one person without a name.
SINGLE = frozenset({"a", "an", "another", "one"})
# Tie to a person what tells who that is: "families of the sailors", "people close to the talks".
TIES = words("of on in from at to close with for near behind inside within among")
# Begin another clause: nobody is described across them.
CLAUSES = words(
    "that but while as because whether if when who which where although though and or so than"
)
# Something of somebody that is an opinion: "Trump's interest", "the president's view".
OPINION = words(
    """
    interest view views opinion position stance claim claims statement remarks comments warning
    demand demands plan plans proposal belief hope hopes call refusal denial promise criticism
    """
)
# Lead to whoever said it.
SOURCE_BEFORE = (
    "according to", "backlash from", "criticism from", "opposition from", "support from",
    "statement by", "statement from", "statement released by", "released by", "announced by",
    "issued by", "published by", "spoke to", "speaking to", "told to", "reported by", "given",
    "in the words of", "there are", "there were", "quoting", "cited by",
)  # fmt: skip
# Stand before a person's name, or for a person.
TITLES = words(
    """
    mr mrs ms miss dr prof sir lord lady president secretary minister chancellor premier senator
    sen rep congressman congresswoman governor gov mayor ambassador general gen lt col colonel maj
    major capt captain sgt admiral adm judge justice king queen prince princess pope spokesman
    spokeswoman spokesperson chief chairman chairwoman director advisor adviser leader commander
    analyst expert professor candidate deputy envoy diplomat official lawyer ceo head
    """
)
# Stand for a person or a body without any name: "the president", "the administration".
ROLES = TITLES | words("administration government ministry department company court")
# Words of an organisation's name.
BODIES = words(
    """
    ministry department agency administration government council committee commission court
    parliament senate congress house party union association institute institution university
    college bank company corporation corp inc ltd group police army navy force forces command
    foundation network news report times post journal agency organization organisation office
    bureau federation league embassy pentagon kremlin nato
    """
)
# More than one person without a name; each of them may be a describable group or an unnamed source.
PEOPLE = words(
    """
    officials commanders sources voices lawmakers critics experts analysts advisers advisors aides
    observers activists diplomats leaders ministers senators members supporters opponents allies
    democrats republicans conservatives liberals residents witnesses researchers scientists
    economists investigators prosecutors lawyers journalists people
    """
)
# A group of those is one without a face: only an unnamed source.
FACELESS = words("officials sources voices aides insiders observers")
QUANTITIES = words("some many several multiple most two three four five few key senior")
# What is said by nobody in sight.
IMPLICIT = words("reportedly allegedly supposedly")
ANONYMOUS = words("reports rumours rumors leaks")
# Capitalised wherever they stand, and nobody.
NOBODY = words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december english i
    """
)
# At the beginning of a sentence they have a capital letter like a name.
SMALL = words(
    """
    the a an this that these those in on at by for from of to with as if when while since after
    before during until although though because but and or nor yet so it its he she they we you i
    his her their our your my there here what which who why how where should would could may might
    must can will shall not no more most many some any all both each every then than thus also
    however instead despite let update
    """
)
# Between the capitalised words of one name.
LINKS = words("of de da del della di du la le van von der den al el bin ibn for")
# After these a capitalised word is a place, or a body there.
PLACED = frozenset({"in", "into", "at", "near", "inside"})
HE_OR_SHE = frozenset({"he", "she"})
# A place or building that stands for those who govern or work there (rule SP-3 of the codebook).
STANDS_FOR = {
    "moscow": "Russian government",
    "the kremlin": "Russian government",
    "kremlin": "Russian government",
    "pentagon": "U.S. Department of Defense",
    "defense department": "U.S. Department of Defense",
    "state department": "U.S. Department of State",
    "beijing": "Chinese government",
    "tehran": "Iranian government",
    "kyiv": "Ukrainian government",
    "brussels": "European Union",
}
