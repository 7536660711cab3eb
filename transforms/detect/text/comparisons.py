"""How the languages of filters say that a field has a value: what stands round a field's name, what
compares, what opens a value.

Parts of regexes that Python's and RE2 read alike. fields/stated.py reads values with them, and
OPENS, which the gate asks, is made of the same: a sign that one knows and the other does not would
let its values pass unseen.
"""

from weir.schemas import detect as facts

MARK = r"\\{0,7}[\"'`]"
GAP = r"(?:[\s+]|\\[nrt])"  # also as JSON writes it
GAPS = rf"{GAP}{{0,3}}"
APART = rf"{GAP}{{1,3}}"
LIST = r"[A-Za-z_.]{0,24}[(\[{]"  # lower('Doe'), ['Doe', 'Roe']
TYPED = r"(?i:[nube]|date(?:time(?:offset)?)?|guid)"  # N'Doe', datetime'2026-01-31'
BARE = r"[^\s'\"(),;&|:/]"  # a sign of a value without quotes

ALIKE = facts.spoken("comparisons in words")
ANY = facts.spoken("comparisons")  # also those that are too short to stand in a sentence
ORDERED = r"gte?|lte?|ge|between"
ARTICLE = "le"  # also a French article: of words behind it only numbers are values
IN_PROSE = r"(?:is|was)(?: not)?|in|any|all|has|values"
ASKED_OF = r"(?:\[\w{1,3}\])?"  # like[0]
EQUAL = r":?(?:[!<>=]=[=~]{0,2}|=[>~]?)\*?"
SIGNS = r":?(?:!?~{1,2}|<>)\*?|:[<>]|->|→|@[@>]"
MORE = r"[<>]"
COLON = r"\\?:"
GLUED = r"(?:NOT ?)?LIKE|STARTSWITH|ENDSWITH|CONTAINS|DOES NOT CONTAIN|SAMEAS"
GLUED_TO = r"[\w%*@]"
JOINTS = r"\|\||[|:.~,=]"  # lastname|eq|Doe
FIRST_SIGNS = r"={1,3}|!=|<>"
FIRST_WORDS = r"eq|neq?|i?like|for key"
BEHIND_A_WORD = r"[\s+(\[{'\"`‘’‚“„«\\]"

LED = rf"(?:(?i:{'|'.join(sorted(facts.words('particles')))})[ +]){{1,3}}[A-ZÀ-Þ]"
"""How a family's name begins that has a particle: van den B, de V."""

ENDS_BESIDE = tuple(sorted(facts.words("names_beside")))
"""Endings of names beside which a value may stand: lastName, kundennummer, dob."""
TWO_WORDS = r"(?:first|last|given|family|middle|maiden|user|login|sur)[ -]name"
QUOTE_BESIDE = r"\\{0,3}[\"'*%]?"
SPOKEN_BESIDE = r"(?i:[\s+](?:is|was|from|within|near|ci)[\s+]{1,2})"
OPENS_BESIDE = r"\s?[\[({<]"
SIGNS_BESIDE = r"\s?(?:[-=]{1,2}>|→|⇒|>>|\||::|:[/@]\(?|[*_]{0,2}:[*_]{1,2}|[*_]{2}:)\s?"
ODD_BESIDE = r"[!%^~*\\#.-]"  # glued: such a sign has many a meaning
GAP_BESIDE = r"[\s+]{1,2}"
CHANGED = r"(?i:[\s+](?:was[\s+])?(?:changed|updated|set)(?:[\s+](?:from|to)|:)[\s+])"
SETS = r"(?i:changed|changing|updated|updating|set|setting)[\s+]"
SET_TO = r"(?i:[\s+]to[\s+])"

_END = r"[\w.\-\])\"'`]"  # of a name with what closes it
_VALUE = rf"(?:{LIST}|{TYPED}?\\*['\"`])"  # a list, or quotes
_CLOSED = r"(?:\s(?:as\s\w+|\w+\]))?(?:\(\)|/text\(\))?\)*(?:::\w+)?(?:\[\w+\])?"

OPENS = (
    rf"(?i:{_END}{APART}(?:{ALIKE}|{ORDERED}|{FIRST_WORDS}|was){ASKED_OF}{BEHIND_A_WORD})",
    rf"(?i:{_END}{APART}(?:{IN_PROSE}|{ARTICLE}){ASKED_OF}{GAPS}(?:{_VALUE}|{BARE}*\d))",
    rf"{_END}{GAPS}(?:{SIGNS})",
    rf"{_END}{GAPS}{MORE}{GAPS}(?:{_VALUE}|[^<>\s'\"(),;&|:/]*\d)",
    rf"{_END}{GAPS}(?:{COLON}|,){GAPS}{_VALUE}",
    rf"(?:^|[^A-Za-z0-9_.@])[A-Za-z][A-Za-z0-9_.-]+{COLON}{BARE}|(?:[\])\"'`+]|\\[nrt]){COLON}{BARE}",
    rf"(?:[A-Za-z_]\d*|[.\-\])\"'`]){GAPS}{COLON}{GAPS}"
    rf"(?:[a-z]*[^a-z\s'\"(),;&|:/]|[^ ]*[0-9@]|{LED})",
    rf"\([\"'`\[]?\w[^\s,()]*{_CLOSED},",
    r"\([\"'][^\"'\n]*[\"']\s?,",
    r"\w\(\\*['\"`]|[\w.-]['\"`]?[\s+][\"'`]\S",
    r"(?:^|[\s\"'(/])--[A-Za-z_]",
    rf"[a-z_.](?:{GLUED}){GLUED_TO}",
    r"</|<[A-Za-z][^<>]*>[^ ]",
    rf"(?i:[\w-](?:{JOINTS})\$?{ANY}(?:{JOINTS}))",
    rf"(?i:{'|'.join(ENDS_BESIDE)})(?:(?:{SPOKEN_BESIDE}|{SIGNS_BESIDE}|{OPENS_BESIDE}){QUOTE_BESIDE}[^\W_]"
    rf"|(?:{ODD_BESIDE}|{GAP_BESIDE}){QUOTE_BESIDE}(?:[A-Z\d]|[^ ]*\d|{LED}))",
    rf"{CHANGED}{QUOTE_BESIDE}[^\W_]",
    rf"{SETS}[A-Za-z][\w -]{{1,41}}{SET_TO}{QUOTE_BESIDE}[^\W_]",
    r"\{![^{}]*\}",
    r"[\w\"'*#)] ?[,;|\t][^\n\\]*(?:\n|\\r?\\?n)",
)
"""What the gate lets through for what compares (RE2), somewhat too wide: of a name only its end is
asked. Signs beyond ASCII and what has `=` or `;` get through anyway."""

OPENS_A_SEGMENT = rf"(?:^|/)[A-Za-z][\w.-]+,{BARE}"
"""The same for a name and its value in one segment: /password,Sommer2008."""
