"""What a text must have to be worth asking the recognizers of a kind about it: cheap tests."""

from weir.schemas import detect as facts

AT_SIGNS = f"{facts.spoken('at words')}|[★☆◎●■◆♥]"
"""How an at sign is called, and what stands for it."""

NEEDS: dict[str, tuple[str, ...]] = {
    "email": (
        rf"@|(?i:{AT_SIGNS})|=[\w-]+\.|\Wa ?[\])}}>]",
        rf"[@.\])}}>_-]|(?i:{facts.spoken('dot words')})",
    ),
    "card": (r"\d(?:[ ./_|-]?\d){12}",),
    "phone": (r"\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d\D{0,3}\d",),
    "ssn": (r"\d{2}", r"\d\D{0,2}\d\D{0,2}\d(?:\D{0,2}\d|$)|\d{3}"),
    "US_SSN": (r"\d{3}[-. ]?\d\d[-. ]?\d{4}",),
    "ip": (r"\d[-_.]\d{1,4}[-_.]\d{1,4}[-_.]\d|\d\[\.\]\d|(?i:ipv6:|[0-9a-f]{8}\.dip)",),
    "IP_ADDRESS": (r"\d\.\d{1,3}\.\d{1,3}\.\d|:[0-9a-fA-F]{0,4}:",),
    "IBAN_CODE": (r"[A-Za-z]{2}\d\d",),
    "iban": (r"[A-Za-z]{2}\d\d|\d(?:[ ./-]{0,2}\d){5}",),
    "CRYPTO": (r"(?i)(?:bc1|[13])[a-zA-Z0-9]{25}",),
    "UUID": (r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-",),
    "geo": (
        r"[C-X][ +]\d{6}[ +]\d{7}|\d\.\d{2,}|°|\dd\d|\d,\d{4}|\d ?[NSns][ ,;/]{0,3}\d|\d[A-Z]{3}\d{10}|[2-9CFGHJMPQRVWX]{8}[+ ]",  # noqa: E501
    ),
    "name": (
        r"(?i:c.est|soy|sono|jestem|suis|ich bin|ik ben|eu sou) [A-ZÀ-Þ]|"
        r"[,!.](?:\s|\\[nr]){1,4}[A-ZÀ-Þ]|"
        r"我叫|我是|我的名字|申します|言います|이름은|성함은|저는|मेरा नाम|"
        r"\^[^\W\d_]|NM1\*|MECARD|N[:;]|ORG|<<|"
        r"[A-Z]/[A-Z]|[A-Za-z]{2}/[A-Z][a-z]|[A-ZÀ-Þ][^\W\d_]{1,19}(?:['’]s)?[-_ ][A-Za-z]{2}"
        r"|(?i:maiden|m[aä]dchenn|geburtsn|jeune fille|solter|soltei|nubile|meisjesn|panie[nń]"
        r"|rodn|pikenavn|denavn|flickn|nimi|le[aá]nyk|k[ıi]zl[ıi]k|девич|дівоч)"
        r"|(?i:wedding|hochzeit|trauung|verlob|mariage|fian[cç]|boda|casam|matrimoni|nozze|bruiloft|huwelijk|[sś]lub|wesele|sva[dt]ba|esk[uü]v|nunta|d[uü][gğ][uü]n|bryllup|br[oö]llop|häät|haat|vjen[cč]|poroka|свад|весіл|γ[αά]μ|engagement|anniversary)",
    ),
    "address": (r"\d", r"[^\W\d_]{2}|〒|[A-Z]\d[\dW] ", r"[ _+,./-]|[^\x00-\x7f]"),
    "birth": (
        r"\d{4}|\d ?[年년]|\d\D{1,3}\d\d?\D{1,5}\d\d",
        r"[^\W\d_]{2}|[Bbd.]\.[ob\d ]|\d[年년]",
    ),
    "id": (
        r"\w ?[:=] ?[^\W\d_]|#\d{4}|(?<!\w)@\w|-[A-Z0-9]{4}| (?:is|ist|est|es|[eéè]|jest|je|on|er|[aä]r|to|lautet) |"  # noqa: E501
        r"[A-Z]{1,3}[ /-]?\d|\d[ -]?[A-Z]{2}|"
        r"[0-9A-Fa-f:.-]{12}|\d[ .-]\d\d|/(?:home|Users)/|(?i:\\\\[a-z])|fb\.|amzn1|\\[a-z]|\d{4}"
        r"|(?i:publickey|password|session|user|logged|logon|login|signed|authenti|angemeldet|benutzer|utilis|usuario|utente|gebruik|jako|loggad|logget|joined|left |entered|su: |tty=|account|site:)"  # noqa: E501
        r"|(?i:half of|tilldelad|bearbeiter|vytvo[rř]il|p[rř]i[rř]azeno|luonut|olu[sş]turan|автор|созда|загруз|назнач|owner|assign|report|request|submit|upload|approve|review|maintain|commit|creator|impersonat)"  # noqa: E501
        r"|(?i:user(?:name|[ _]?id)?|login|u?d?id|usr|idf[av])(?: is)?[ :=/]"
        r"|(?i:id|no|nr|number)\.?[ :=#]{1,2}\d{4}|(?i:mrn|vin|imei|serial|plate|kennzeichen|ticket|pnr|booking|reservation|reference|confirmation)\D[^\d\n]{0,79}\d"  # noqa: E501
        r"|(?i:[ _-](?:by|as|von|par|por|da|przez|door|a[vfnà]?|aan|do|to|behalf[ _-]of)[ :=_-]{1,2}['\"]?[a-z])"  # noqa: E501
        rf"|(?i:{facts.spoken('locators')})[ .:#=_-]"
        rf"|(?i:(?:{facts.spoken('authors')})[ :@][a-z_.-]+\d\d)",
    ),
    "secret": (
        r"(?i:clave|senha|has[lł]o|heslo|l[oö]sen|[sş]ifre|geslo|jelsz|parol|парол|密|口令|暗証|비밀|비번|salas|kodeord|adgang|lozink|zapork|mdp|kennwort|passord|pw|pass)|"
        r"[\w-]{8}|(?i:basic|bearer)[\s:=_]|(?i:hawk|mac|digest|signature) |\((?i:[sf])\(|"
        r"(?i:passw|pwd|passp|passc|contrase|mot de|pin|token|secret|key)"
        r"|(?i:sid|session|code|kod|otp|tan|c[oó]digo|codice)|\d{3}[- ]?\d{1,5} "
        r"|\d{4}",
    ),
}
"""Per entity regexes that all must match before its recognizers are asked."""
