"""What databases write in the language of their interface: days, languages, counts of words.

Names of months and languages are those of the Unicode CLDR, in the languages in which the
databases have an interface or their sources write. Everything else goes by position and pattern.
"""

import re
import unicodedata
from datetime import date

# January to December; where a language has two forms, the second stands behind a stroke.
MONTHS = (
    "january february march april may june july august september october november december",
    "januar|jänner februar|feber märz april mai juni juli august september oktober"
    " november dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre"
    " diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "stycznia|styczeń lutego|luty marca|marzec kwietnia|kwiecień maja|maj czerwca|czerwiec"
    " lipca|lipiec sierpnia|sierpień września|wrzesień października|październik"
    " listopada|listopad grudnia|grudzień",
    "января|январь февраля|февраль марта|март апреля|апрель мая|май июня|июнь июля|июль"
    " августа|август сентября|сентябрь октября|октябрь ноября|ноябрь декабря|декабрь",
    "січня|січень лютого|лютий березня|березень квітня|квітень травня|травень червня|червень"
    " липня|липень серпня|серпень вересня|вересень жовтня|жовтень листопада|листопад"
    " грудня|грудень",
)
# The code of ISO 639-1, then its names.
LANGUAGES = (
    "en english englisch anglais inglés inglese inglês engels angielski английский 英语"
    " 英文 英語 영어",
    "de german deutsch allemand alemán tedesco alemão duits niemiecki немецкий 德语 德文"
    " ドイツ語 독일어",
    "fr french französisch français francés francese francês frans francuski французский 法语 法文"
    " フランス語 프랑스어",
    "es spanish spanisch espagnol español castellano spagnolo espanhol spaans hiszpański испанский"
    " 西班牙语 西班牙文 スペイン語 스페인어",
    "it italian italienisch italien italiano italiaans włoski итальянский 意大利语"
    " イタリア語 이탈리아어",
    "pt portuguese portugiesisch portugais portugués portoghese português portugees portugalski"
    " португальский 葡萄牙语 ポルトガル語 포르투갈어",
    "nl dutch niederländisch néerlandais neerlandés olandese holandês nederlands niderlandzki"
    " нидерландский 荷兰语 オランダ語 네덜란드어",
    "pl polish polnisch polonais polaco polacco polonês pools polski польский 波兰语"
    " ポーランド語 폴란드어",
    "ru russian russisch russe ruso russo rosyjski русский 俄语 俄文 ロシア語 러시아어",
    "uk ukrainian ukrainisch ukrainien ucraniano ucraino oekraïens ukraiński украинский українська"
    " 乌克兰语 ウクライナ語 우크라이나어",
    "zh chinese chinesisch chinois chino cinese chinês chinees chiński китайский 中文"
    " 汉语 中国語 중국어",
    "ja japanese japanisch japonais japonés giapponese japonês japans japoński японский 日语 日文"
    " 日本語 일본어",
    "ko korean koreanisch coréen coreano koreaans koreański корейский 韩语 韩文 韓国語 한국어",
    "ar arabic arabisch arabe árabe arabo arabski арабский 阿拉伯语 アラビア語 아랍어",
    "tr turkish türkisch turc turco turks turecki турецкий türkçe 土耳其语 トルコ語 터키어",
    "sv swedish schwedisch suédois sueco svedese zweeds szwedzki шведский svenska 瑞典语",
    "da danish dänisch danois danés danese deens duński датский dansk 丹麦语",
    "no norwegian norwegisch norvégien noruego norvegese noors norweski норвежский norsk 挪威语",
    "fi finnish finnisch finnois finlandés finlandese fins fiński финский suomi 芬兰语",
    "cs czech tschechisch tchèque checo ceco tsjechisch czeski чешский čeština 捷克语",
    "hu hungarian ungarisch hongrois húngaro ungherese hongaars węgierski венгерский"
    " magyar 匈牙利语",
    "el greek griechisch grec griego greco grieks grecki греческий ελληνικά 希腊语",
    "he hebrew hebräisch hébreu hebreo ebraico hebreeuws hebrajski иврит עברית 希伯来语",
    "fa persian farsi persisch persan persa perski персидский فارسی 波斯语",
)
WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
    "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "poniedziałek wtorek środa czwartek piątek sobota niedziela",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "понеділок вівторок середа четвер п'ятниця субота неділя",
)
THREE = {"eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "rus": "ru"}
LEAST_PREFIX = 3
YEARS = range(1600, 2101)

NUMBER = re.compile(r"\d{1,3}(?:[.,'’\s]\d{3})+(?!\d)|\d{1,7}")
WORDS_ONLY = re.compile(
    r"(?:length|länge|longueur|longitud)?:?\s*"
    r"(?P<number>\d{1,3}(?:[.,'’\s]\d{3})+|\d{1,7})\s?(?P<unit>[^\W\d_]{1,12})\.?"
)


def folded(words: str) -> str:
    """Return words in small letters without accents, their signs in one width."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", words).casefold())
    bare = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", bare)


def listed(words: str) -> frozenset[str]:
    """Return words that stand in one line, folded."""
    return frozenset(map(folded, words.split()))


def months_by_prefix() -> dict[str, int]:
    """Return the number of the month for each beginning of a name that is of one month only."""
    found: dict[str, set[int]] = {}
    whole: dict[str, int] = {}
    for names in MONTHS:
        for number, forms in enumerate(names.split(), start=1):
            for name in map(folded, forms.split("|")):
                whole[name] = number
                for end in range(LEAST_PREFIX, len(name) + 1):
                    found.setdefault(name[:end], set()).add(number)
    return {prefix: own.pop() for prefix, own in found.items() if len(own) == 1} | whole


MONTH = months_by_prefix()
LANGUAGE = {
    folded(name): code
    for code, *names in (each.split() for each in LANGUAGES)
    for name in (code, *names)
} | THREE

WEEKDAY = listed(" ".join(WEEKDAYS))
UNITS = listed(
    "word words wort wörter worte mot mots palabra palabras parola parole palavra palavras"
    " woord woorden słowo słowa słów слово слова слов слів 字 词 語 文字 단어 자"
)

WORD = r"(?P<month>[^\W\d_]{3,15})"
DAY = r"(?P<day>\d{1,2})"
YEAR = r"(?P<year>\d{4})"
DAYS = tuple(
    re.compile(rf"(?<!\d){pattern}(?!\d)")
    for pattern in (
        rf"{YEAR}\s?年\s?(?P<m>\d{{1,2}})\s?月\s?{DAY}\s?日",
        rf"{YEAR}\s?년\s?(?P<m>\d{{1,2}})\s?월\s?{DAY}\s?일",
        rf"{YEAR}[-/.](?P<m>\d{{1,2}})[-/.]{DAY}(?:t.*)?",
        rf"{DAY}(?:st|nd|rd|th|er|ª|º|o|a|\.)?\s?(?:de |di |of )?{WORD}\.?,?\s(?:de |del )?{YEAR}",
        rf"{WORD}\.?\s{DAY}(?:st|nd|rd|th)?,?\s{YEAR}",
        rf"{DAY}\.\s?(?P<m>\d{{1,2}})\.\s?{YEAR}",
        rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{YEAR}",
        r"(?P<year>(?:19|20)\d\d)(?P<m>[01]\d)(?P<day>[0-3]\d)",
    )
)
LONGEST_DAY = 300


def find_day(words: str) -> tuple[date, int, int] | None:
    """Return the first day that a line names, with the place of its first and behind its last sign.

    03/04/2018 is two days, so it is none; "January 2018" is no day either.
    """
    text = folded(words[:LONGEST_DAY])
    found: list[tuple[int, int, date]] = []
    for pattern in DAYS:
        for match in pattern.finditer(text):
            day = day_of(match.groupdict())
            if day is not None:
                found.append((match.start(), match.end(), day))
                break
    if not found:
        return None
    start, end, day = min(found, key=lambda each: each[0])
    return day, start, end


def behind_day(words: str) -> list[str]:
    """Return what stands behind the day of a line, in parts, without the day of the week."""
    place = find_day(words)
    behind = words[place[2] :] if place else ""
    parts = [" ".join(part.split()) for part in re.split(r"[,\n]", behind)]
    kept = []
    for part in parts:
        first, _, rest = part.partition(" ")
        bare = rest if folded(first).strip(".") in WEEKDAY else part
        if bare:
            kept.append(bare)
    return kept


def read_day(words: str) -> date | None:
    """Return the first day that a line names."""
    found = find_day(words)
    return found[0] if found else None


def day_of(parts: dict[str, str | None]) -> date | None:
    """Return the day of a match; None where there is no such day, or two could be meant."""
    year = int(parts["year"] or 0)
    if parts.get("a") and parts.get("b"):
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        if first <= 12 and second <= 12 and first != second:
            return None
        day, month = (first, second) if first > 12 else (second, first)
    else:
        day = int(parts["day"] or 0)
        month = int(parts["m"] or 0) if parts.get("m") else MONTH.get(parts.get("month") or "", 0)
    if year not in YEARS or not month:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_day_line(words: str) -> bool:
    """Say whether a short line begins with a day, or with a day of the week and then a day."""
    found = find_day(words)
    return found is not None and len(words) < 120 and found[1] <= 20


def read_language(words: str) -> str:
    """Return the code of a language by its name or code; "" where it is not known."""
    first = folded(re.split(r"[;,/(|]", words, maxsplit=1)[0]).strip(" .")
    code = first.partition("-")[0].partition("_")[0]
    return LANGUAGE.get(first) or (LANGUAGE.get(code, "") if len(code) <= 3 else "")


def declared_words(words: str) -> int | None:
    """Return the number of "1,234 words"; None where there is none."""
    found = NUMBER.search(words)
    return int(re.sub(r"\D", "", found.group())) if found else None


def is_count(words: str) -> bool:
    """Say whether a line is a count of words and nothing else, as "877 Wörter" and "877 字"."""
    found = WORDS_ONLY.fullmatch(folded(words.strip()))
    return found is not None and found["unit"] in UNITS


def is_count_anywhere(words: str) -> bool:
    """Say whether a line is a number and one word: a count, whatever the language."""
    return WORDS_ONLY.fullmatch(words.strip().lower()) is not None
