"""What must hold of a value that a word before it tells: a telephone, a code, a user, a plate."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.fields.composed import shape_of
from weir.transforms.detect.people.users import is_account, is_user_name
from weir.transforms.detect.people.worth import fold, is_only_a_name, raw_worth, words_of, worth
from weir.transforms.domains import has_suffix

_PHONE_LAST = re.compile(r"(?<![^\W_])(?:\+|00)?\(?\d[\d ./()-]*\Z")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PLATE_LAST = re.compile(r"[A-ZÀ-ÞА-Я\d]{1,4}(?:[ ·-]?[A-ZÀ-ÞА-Я\d]{1,4}){1,3}\Z")
_VALUE_LAST = re.compile(r"[\w.#-]+\Z")
_DOER_LAST = re.compile(r"[\w.#]+\Z")  # of created-by-jdoe
_NUMBER_LAST = re.compile(r"(?<![^\W_])[A-Za-z]{0,4}[-/]?\d[\w/.-]*\Z")
_WORDS = re.compile(r"[^\W\d_]+")
_SAID_OF_ALL = re.compile(rf"(?:{facts.spoken('i am')}|{facts.spoken('own papers')})[ _-]", re.I)
_LATIN = re.compile(r"[A-Za-zÀ-ž]")
_DEGREES = re.compile(r"\d{1,3}\.\d{3,}")


def told_phone(text: str, start: int, end: int) -> bool:
    """Seven to fifteen digits that are no date."""
    number = _PHONE_LAST.search(text[start:end])
    if number is None:
        return False
    groups = re.findall(r"\d+", number[0])
    digits = "".join(groups)
    day = len(groups) == 3 and (
        is_date("-".join(groups)) or (len(groups[2]) == 4 and int(groups[1]) < 32)
    )
    years = len(groups) > 2 and number[0][0] not in "+0(" and any(map(_YEAR.fullmatch, groups))
    tens = len(groups) > 1 and all(group.endswith("0") for group in groups)
    written = 7 <= len(digits) <= 15 and len(set(digits)) > 2
    return written and not (day or years or tens or is_date(digits))


def told_code(text: str, start: int, end: int) -> bool:
    """Four to fourteen signs, digits among them, that are no date."""
    value = _VALUE_LAST.search(text[start:end])
    return value is not None and not is_date(value[0]) and sum(map(str.isdigit, value[0])) >= 2


def told_user(text: str, start: int, end: int) -> bool:
    """No word of a dictionary, unless digits or `_` are in it; a number behind # is a tag."""
    value = _VALUE_LAST.search(text[start:end])
    if value is None or is_date(value[0]):
        return False
    name, _, tag = value[0].strip(".").partition("#")
    known = name.lower() in facts.keys().harmless or name.lower() in facts.routes().pages
    if known or (name == name.lower() and worth(fold(name))[2]):
        return False
    if re.search(r"[\d_]", name):
        return True
    if tag:
        return not worth(fold(name))[2]
    if not re.search(r"[:=@]| is ", text[start:end]) and not re.search(r"[a-z.][A-Z.]", name):
        return is_user_name(name)  # Benutzername ist erforderlich
    runs = [run for run in re.findall(r"[^\W\d_]+", name) if len(run) > 2]
    return any(not worth(fold(run))[2] for run in runs)


def plate(text: str, start: int, end: int) -> bool:
    """Two to five letters and digits each at least, up to nine together."""
    value = _PLATE_LAST.search(text[start:end])
    return value is not None and is_plate(value[0])


def is_plate(text: str) -> bool:
    """Written as number plates are: letters and digits, five to nine of them."""
    signs = re.sub(r"[ ·-]", "", text)
    digits = sum(map(str.isdigit, signs))
    letters = max(map(len, re.findall(r"[^\W\d_]+", text)), default=0)
    return signs.isalnum() and 5 <= len(signs) <= 9 and 2 <= digits < len(signs) and letters <= 3


def spot(text: str, start: int, end: int) -> bool:
    """Latitude within 90, longitude within 180 degrees, where they are decimals."""
    numbers = [float(number) for number in _DEGREES.findall(text[start:end])]
    return len(numbers) != 2 or (numbers[0] <= 90 and numbers[1] <= 180)


_GAMER = re.compile(
    r"(?!\d{1,2}(?:\.\d{1,3}){1,3}$)"  # no version
    r"(?=.*(?:\d|_|[a-z][A-Z]|[A-Z]{2}.*[a-z]))[\w.-]{3,24}"
)


_A_FAMILY = 5  # points of a word that many bear as their family name


def author(text: str, start: int, end: int) -> bool:
    """Behind `by` and the like what is made of somebody's name, with digits: garryc73."""
    name = _VALUE_LAST.search(text[start:end])
    word = name[0].rstrip("0123456789").strip("._-") if name else ""
    if len(word) < 3:
        return False
    if worth(fold(word))[2]:  # by king84, from winter23
        counted = fold(word) in facts.words("numbered_things")
        return not counted and raw_worth(fold(word))[1] >= _A_FAMILY
    said = fold(word).removeprefix("the")
    whole = any(level >= 3 for one in (fold(word), said) for level in raw_worth(one))
    made = is_user_name(word) or (name is not None and is_account(name[0]))
    return whole or raw_worth(said[:-1])[0] >= 4 or made


def doer(text: str, start: int, end: int) -> bool:
    """Behind what somebody did or owns an account that is made of a name, or is no word but signs
    and digits: requested by knightw, owner: j_doe."""
    name = _DOER_LAST.search(text[start:end])
    said = name[0].strip(".") if name else ""
    return any(map(_is_somebodys, {said, said.rpartition("_")[2]}))


def _is_somebodys(account: str) -> bool:
    nobody = account.lower() in facts.words("system_users") or is_date(account)
    return not nobody and is_account(account)


def lone_password(text: str, start: int, end: int) -> bool:
    """A text that is a word for a password and a name, or what everybody takes for one."""
    value = _PASSWORD_LAST.search(text[start:end])
    word = fold(value[0]) if value else ""
    return is_only_a_name(word) or word in facts.words("common_passwords")


_VOWELS = re.compile(r"[aeiouy]")


def locator(text: str, start: int, end: int) -> bool:
    """Six letters and digits, an airline's record: GMWFMT, no word; in small letters few vowels."""
    return is_locator(text[start:end][-6:])


def is_locator(code: str) -> bool:
    """Six signs: digits among letters that are no word, or letters as above."""
    if any(map(str.isdigit, code)):
        said = any(worth(fold(run))[2] for run in _WORDS.findall(code) if len(run) > 2)
        return not (said or is_date(code) or code.isdigit() or _YEAR.match(code))
    word = fold(code)
    if worth(word)[2] or max(raw_worth(word)):
        return False
    return code.isupper() or len(_VOWELS.findall(word)) < 2


_MACHINES = re.compile(
    r"laptop|desktop|macbook(?: ?(?:pro|air))?|mbp|mba|iphone|ipad|ipod|imac|galaxy|pixel|phone|pc|notebook|"  # noqa: E501
    r"thinkpad|surface|nb|ws|tablet|tab|watch|kindle|echo|mac|mini|handy|rechner|computer|ordinateur|"
    r"portatil|portable|air|pro|s?\d{1,2}|of|de|von|di|van|the|s"
)
_TOKENS = re.compile(r"[^\W\d_]+|\d+")


def is_gamer(text: str) -> bool:
    """Written as players call themselves, and no slug: FlashbangGary, noscope_77."""
    return bool(_GAMER.fullmatch(text)) and "-" not in text and not is_date(text)


def is_somebodys_machine(text: str) -> bool:
    """A machine's kind and a word that no dictionary has: Holgers iPad, LAPTOP-GFISHER."""
    tokens = [fold(token) for token in _TOKENS.findall(text)]
    if not 2 <= len(tokens) <= 6 or "." in text:
        return False
    others = [token for token in tokens if not _MACHINES.fullmatch(token)]
    kind = any(_MACHINES.fullmatch(token) and len(token) > 1 for token in tokens)
    return kind and any(len(one) > 2 and _may_own(one) for one in others)


def _may_own(folded: str) -> bool:
    given = max(raw_worth(folded)[0], raw_worth(folded.removesuffix("s"))[0])
    return given >= 3 or not worth(folded)[2]


def owned(text: str, start: int, end: int) -> bool:
    """What stands before a device's name is a given name, with or without an s of the genitive."""
    first, *_, last = re.split(r"['’ _-]", text[start:end])
    owner = fold(last if first.lower() in facts.words("devices") else first)
    named = [one for one in (owner, owner.removesuffix("s")) if raw_worth(one)[0] >= 2]
    return any(not worth(one)[2] or raw_worth(one)[0] >= 5 for one in named)


def machine(text: str, start: int, end: int) -> bool:
    """Behind LAPTOP- stand digits, or what is no word."""
    last = re.split(r"[-_]", text[start:end])[-1]
    return any(map(str.isdigit, last)) or not worth(fold(last))[2]


def is_marked_name(text: str) -> bool:
    """Two or three words with capitals and letters beyond ASCII, the first in no dictionary."""
    if text.isascii():
        return False
    words = list(words_of(text))
    capitals = all(w.capital and w.text[1:].islower() for w in words)
    return 2 <= len(words) <= 3 and capitals and not words[0].known and len(words[0].text) > 2


_PASSWORD_LAST = re.compile(r"[^\s\"'„“»«]+\Z")
_SHORT = frozenset(("pass", "pw", "clave", "parole", "parola", "geslo", "senha", "code"))
_SAID = re.compile(r"[:=]|\s(?:is|ist|es|e|è|é|est|je|este|foi|е|era|was)\s")
_NAMED_SO = re.compile(r"[:=\"'„“»«]|(?:lautet|lautete)\s")


_BOARDING = re.compile(r"(?<![^\W_])boarding[ -]pass\Z", re.IGNORECASE)


def told_password(text: str, start: int, end: int) -> bool:
    """With a digit or a sign in it, or no word and told by a colon: not `is required`."""
    value = _PASSWORD_LAST.search(text[start:end].rstrip("\"'“»«"))
    said = value[0].rstrip(".,;:!?)") if value else ""
    if len(said) < 4 or is_date(said) or _BOARDING.search(text, 0, start + 4):
        return False
    before = text[start : end - len(said)]
    short = re.match(r"[^\W_]+", before)
    if short and fold(short[0]) in _SHORT and not _SAID.search(before):
        return False  # ski pass 3-day
    if re.search(r"\d|[!@#$%^&*_+=~]", said) or re.search(r"[a-z][A-Z]", said):
        return True
    told = _NAMED_SO.search(text[start : end - len(said)])
    runs = [run for run in re.findall(r"[^\W\d_]+", said) if len(run) > 2]
    return told is not None and any(not worth(fold(run))[2] for run in runs)


_LOGGED_FROM = re.compile(r"['\"]? (?:from|port|by \(uid|on|at|ssh2|via) ?[\d(/:p]?")


def log_user(text: str, start: int, end: int) -> bool:
    """A user of an authentication's log that is not the system's own."""
    value = re.search(r"[\w.@\\-]+\Z", text[start:end].rstrip("'\""))
    name = value[0].strip(".").lower() if value else ""
    if len(name) < 2 or name.isdigit() or name in facts.words("system_users"):
        return False
    return bool(_LOGGED_FROM.match(text, end)) or not worth(fold(name))[2]


def line_user(text: str, start: int, end: int) -> bool:
    """Whose request a line says it is, between an address and what is asked: no host, no program's
    word, no state in capitals."""
    name = text[start:end].strip()
    if name.isupper() or not log_user(text, start, end) or has_suffix(name.lower()):
        return False
    runs = [fold(run) for run in _WORDS.findall(name.replace("_", " ")) if len(run) > 2]
    nobody = facts.words("programming") | facts.words("programs") | facts.words("of_servers")
    return any(not worth(run)[2] and run not in nobody for run in runs)


_LOGGED = re.compile(r"(?i:logged|signed|sich|connect|sesi|effettuato|zalog)")
_SHORTEST_NEW = 5  # letters of a word that no list has
_BORNE = 5  # how many bear a given name that is a word as well, in half powers of ten
_MIXED = re.compile(r"[A-Za-z]\d[A-Za-z]")


def log_subject(text: str, start: int, end: int) -> bool:
    """The same where the user stands first: `jdoe logged in`; no word of a sentence."""
    name = re.split(r"\s", text[start:end], maxsplit=1)[0]
    if "TTY=" in text[start:end]:
        return name.lower() not in facts.words("system_users")  # sudo's own line
    if "-" in name and not _LOGGED.search(text, start, end):
        return is_user_name(name) or all(map(_is_of_an_account, name.split("-")))
    known = name.lower() in facts.words("system_users") or worth(fold(name))[2]
    if not known and not _LOGGED.search(text, start, end):  # team1 joined the channel
        runs = [run for run in _WORDS.findall(name.replace("_", " ")) if len(run) > 2]
        said = all(worth(fold(r))[2] or fold(r) in facts.words("programming") for r in runs)
        if said and not _MIXED.search(name):
            return False
    return (
        not known and not is_date(name) and (is_user_name(name) or bool(re.search(r"[\d_.]", name)))
    )


def _is_of_an_account(part: str) -> bool:
    """Of stormcrow-7 and jan-k each: a letter, digits, a name, a long word of no dictionary; what
    runs on machines is called by words and short forms, node-3, srv-db02."""
    folded = fold(part)
    if part.isdigit() or len(part) == 1:
        return True
    if not part.isalpha() or folded in facts.words("system_users") | facts.words("programming"):
        return False
    new = len(part) >= _SHORTEST_NEW and not worth(folded)[2]
    return new or is_only_a_name(folded) or raw_worth(folded)[0] >= _BORNE


def told_account(text: str, start: int, end: int) -> bool:
    """Six digits and more that are no date."""
    number = _PHONE_LAST.search(text[start:end])
    digits = re.sub(r"\D", "", number[0]) if number else ""
    groups = re.findall(r"\d+", number[0]) if number else []
    if len(groups) == 3 and _YEAR.fullmatch(groups[2]) and int(groups[1]) <= 12:
        return False  # 4.12.2024
    return (
        6 <= len(digits) <= 26 and len(set(digits)) > 2 and not is_date(number[0] if number else "")
    )


def told_number(text: str, start: int, end: int) -> bool:
    """Behind words for a number of somebody's: skadenummer, nr szkody, número de pedido."""
    found = text[start:end]
    value = _NUMBER_LAST.search(found)
    if value is None or is_date(value[0]):
        return False
    return shape_of(tuple(_WORDS.findall(found[: value.start()]))) == "number"


_HOMES_OF_NOBODY = frozenset(("public", "default", "all users", "default user", "shared", "www"))


def home_user(text: str, start: int, end: int) -> bool:
    """Whose directory it is: nobody's of the system's; behind /home/ no word, which is a page's."""
    name = re.split(r"[\\/]", text[start:end])[-1].strip(" .").lower()
    if name in _HOMES_OF_NOBODY or name in facts.words("system_users") or len(name) < 2:
        return False
    pages = name in facts.routes().pages or bool(re.search(r"\.(?:html?|php|aspx?|jsp)$", name))
    runs = [run for run in re.findall(r"[^\W\d_]+", name) if len(run) > 2]
    words = bool(runs) and all(worth(fold(run))[2] for run in runs)
    return "\\" in text[start:end] or not (pages or words or not runs)


_NAME_LAST = re.compile(r"[A-ZÀ-ÞĀ-ŽА-ЯЁІЇЄ][\w'’-]{1,24}(?: [A-ZÀ-ÞĀ-Ž][\w'’-]{1,24})?\Z")


_FROM_ALL = re.compile(
    r"[\s,!.](?:(?:ihr|ihre|dein|deine|euer|eure|das|your|the|votre|vos|l.|el|il|o|a|su|tu|vaše|vas|váš"
    r"|zespół|je|uw|het|ditt|ert|din) )?(?:[\w-]{2,24}[ -])?(?:[a-z]{0,20}-?team|redaktion|"
    r"kundenservice|kundendienst|vertrieb|verwaltung|équipe|equipe|equipo|squadra|zespół|tým|tim|csapat|echipa|tiimi"
    r"|support|service|staff|office|crew|management)[.!]?\Z",
    re.IGNORECASE,
)  # fmt: skip


def introduced(text: str, start: int, end: int) -> bool:
    """Behind what introduces somebody no word that is nobody's name: my name is Important."""
    if not _LATIN.search(text, start, end):
        return True
    words = list(words_of(text[start:end]))
    name = next((w for w in reversed(words) if not w.capital), words[0])
    told = [w for w in words if w.start > name.start and w.capital][:1]
    if _FROM_ALL.search(text, start, end):  # Viele Grüße, Ihr Team
        return False
    if _SAID_OF_ALL.match(text, start, end):  # ich bin Kunde, CV_Muster
        return any(w.given >= 1 or not w.known for w in told)
    return any(w.given or w.family or not w.known for w in told)


def spoken_mail(text: str, start: int, end: int) -> bool:
    """A host with a full stop has an ending that hosts have: no class of Java."""
    host = text[start:end].split()[-1]
    return "." not in host or has_suffix(host.lower())


def told_name(text: str, start: int, end: int) -> bool:
    """A word with a capital that is no word, or a family's name too."""
    value = _NAME_LAST.search(text[start:end])
    words = list(words_of(value[0])) if value else []
    return any(not word.known or word.family >= 1 for word in words)
