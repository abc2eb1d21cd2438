"""Abbreviations: which words before a stop are cut short, and which only look as if they were."""


def words(listed: str) -> frozenset[str]:
    """Return the words of a list that is easier to read without its marks."""
    return frozenset(listed.split())


# Titles and ranks: a name follows, so the stop after them never ends a sentence.
TITLES = words(
    """
    mr mrs ms mx dr drs gen lt sen sens rep reps gov govs col maj capt cpt sgt adm prof rev hon
    pres messrs mme mlle supt det cmdr comdr brig cpl pvt atty amb insp st ft mt fr msgr vice-adm
    lieut cllr dep asst pfc spc ens
    """
)

# Company forms, generations and states: like dotted acronyms, they may end a sentence. Written
# small most of the states are words ("ill", "mass", "wash"), so their case counts.
ABBREVIATIONS = words(
    """
    Inc Corp Co Cos Ltd LLC Plc PLC Bros Jr Sr
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb
    Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo
    """
)

# These never end a sentence: something they introduce always follows.
INTRODUCERS = words("e.g i.e eg ie vs cf viz")

# Before a figure these never end a sentence; elsewhere "art", "sat" and "no" are words.
MONTHS = words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
WEEKDAYS = words("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun")
NUMBERED = words(
    """
    No no Nos nos Vol vol Vols vols Fig fig Figs figs Art art Arts arts Sec sec Secs secs Ch ch
    Chap chap Para para Paras paras Cl cl Ex ex Ed ed App app Eq eq Pt pt Pp pp p
    Tel tel Ext ext Est est Max max Min min Sess sess Stat stat
    """
)

# Half of the library's 5,865 abbreviations are plain words, names and misread print ("bank",
# "Kerry", "tlsht"), each of which would swallow the end of its sentence. Of those that are letters
# alone, and three or more, only these are believed: words cut short that are no words themselves.
BELIEVED = words(
    """
    adj adv approx apr ariz assn assoc asst atty aug ave avg bldg blvd bros calif capt cert civ cnty
    colo cong corp cpl crim dec dept dir distrib div educ eng esq esqs est etc exec ext feb fed fla
    govt hist hosp hwy ibid inc incl insp instr jan jul jun kans lbs ltd maj mem messrs mfg mfrs
    mgmt mich minn misc mktg nat neb nev nov oct okla orig pkwy plc pls pres proc prof prov pvt qtr
    qtrs quar reg regs rept repub ret rev sci secs sept seq sess sgt soc stat supp suppl supt svcs
    tbsp tel telecomm tenn thur thurs tues twp univ vol vols wis wyo
    """
)

# Of two letters and in the library's list, but words all the same.
SHORT_WORDS = words("ad ah al am an at id in la ma me mo no ok op or pa re so un va vi")
