"""Closed vocabularies of demographics, and the words that people use for them."""

UNKNOWN = "unknown"
"""Nobody said, or it is not understood."""
REFUSED = "refused"
"""Asked, and would rather not say."""
REFUSALS = (
    "prefer not to say|prefer not to answer|prefer not to disclose|prefer not to state"
    "|prefer not to specify|rather not say|i'd rather not say|would rather not say"
    "|i prefer not to say|i prefer not to answer|i'd prefer not to say|decline to answer"
    "|decline to state|decline to say|declined|decline|declined to answer|refused|refuse"
    "|refuse to answer|not disclosed|undisclosed|do not wish to say|don't want to say"
    "|keine angabe|keine angaben|k.a|k. a|möchte ich nicht angeben|will ich nicht sagen"
    "|ne se prononce pas|je préfère ne pas répondre|je préfère ne pas le dire|non communiqué"
    "|ne souhaite pas répondre|prefiero no decirlo|prefiero no contestar|prefiero no decir"
    "|prefiero no responder|no contesta|ns/nc|preferisco non dirlo|preferisco non rispondere"
    "|preferisco non specificare|prefiro não dizer|prefiro não responder|prefiro não informar"
    "|zeg ik liever niet|wil ik niet zeggen|liever niet|vill inte säga|vill ej uppge"
    "|vil ikke oplyse|ønsker ikke å oppgi|en halua kertoa|wolę nie mówić|odmawiam odpowiedzi"
    "|nechci uvést|nem kívánom megadni|предпочитаю не отвечать|не хочу отвечать"
    "|belirtmek istemiyorum|回答しない|不愿透露|不願透露|밝히고 싶지 않음"
)
"""Ways to say so, in small letters; `_` and `-` count as blanks."""

AGE_BANDS = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", REFUSED, UNKNOWN)
LAST_AGES = (17, 24, 34, 44, 54, 64)  # of each band but the last
OLDEST = 120  # an older age is no age

GENDERS = ("female", "male", "other", REFUSED, UNKNOWN)
GENDER_WORDS = {
    "female": "female f woman w girl lady mrs ms miss femme féminin feminin fille madame mme"
    " mademoiselle femenino mujer femenina señora sra weiblich frau dame vrouw vrouwelijk mevrouw"
    " donna femmina femminile signora feminino feminina mulher kvinna kvinnlig kvinde kvinne"
    " kvindelig kvinnelig nainen kobieta żeńska pani žena ženský nő női femeie kadın bayan жен"
    " женский женщина жіноча жінка γυναίκα θηλυκό 女 女性 女子 여 여성 여자 أنثى נקבה אישה"
    " cis-female cisfemale trans-female transfemale",
    "male": "male m man boy gentleman mr sir homme masculin garçon monsieur masculino hombre señor"
    " sr männlich maennlich mann herr mannelijk meneer uomo maschio maschile signore homem"
    " manlig mand mandlig mannlig mies mężczyzna męska pan muž mužský férfi bărbat erkek bay муж"
    " мужской мужчина чоловіча чоловік άνδρας αρσενικό 男 男性 男子 남 남성 남자 ذكر זכר גבר"
    " cis-male cismale trans-male transmale",
    "other": "other o x d nonbinary non-binary enby nb diverse divers genderqueer agender intersex"
    " genderfluid gender-fluid bigender two-spirit third autre otro otra altro outro annat annet"
    " andet anders inne muu egyéb diğer другое その他 其他 기타 non-binaire no-binario nichtbinär"
    " nicht-binär icke-binär muunsukupuolinen",
}

ISCO = (
    "armed forces",
    "managers",
    "professionals",
    "technicians",
    "clerical support",
    "service and sales",
    "agriculture",
    "craft and trades",
    "machine operators",
    "elementary occupations",
)
"""The major groups of ISCO-08 by their digit (ILO, International Standard Classification of
Occupations 2008), in short."""

PROFESSIONS = (*ISCO, "student", "retired", "not working", REFUSED, UNKNOWN)

_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
    "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS XK YE YT ZA ZM ZW "
)
COUNTRIES = frozenset(_COUNTRIES.split())
"""ISO 3166-1 alpha-2, and XK (Kosovo), which the European Commission and CLDR use."""

_LANGUAGES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht "
    "hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky "
    "la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny "
    "oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr "
    "ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi "
    "yo za zh zu "
)
LANGUAGES = frozenset(_LANGUAGES.split())
"""Primary subtags of BCP 47 that ISO 639-1 has two letters for."""

TITLE_PHRASES = {
    "armed forces": "army officer|naval officer|air force officer|military officer",
    "managers": "vice president|head of department|chief executive|business owner|shop owner",
    "technicians": "sales representative|insurance agent|real estate agent|police inspector"
    "|dental hygienist|medical assistant|legal assistant|executive secretary|office supervisor",
    "clerical support": "data entry|call centre|call center|customer service",
    "service and sales": "shop assistant|sales assistant|care assistant|teaching assistant"
    "|police officer|flight attendant|health care aide|security guard|fire fighter|shop keeper",
    "elementary occupations": "kitchen helper|kitchen assistant|farm worker|construction worker"
    "|factory worker|refuse collector",
    "machine operators": "machine operator|plant operator|forklift operator|crane operator",
    "not working": "not working|not employed|stay at home|out of work"
    "|full-time parent|full time parent",
}
"""Titles of several words whose last word alone would mislead."""

TITLE_WORDS = {
    "armed forces": "soldier sergeant corporal marine sailor airman colonel lieutenant military",
    "managers": "manager director executive president ceo cfo cto coo chairman chairwoman principal"
    " headmaster legislator senator mayor entrepreneur founder owner management",
    "professionals": "professional developer programmer engineer teacher nurse lawyer attorney"
    " doctor physician surgeon dentist pharmacist architect scientist researcher professor lecturer"
    " accountant auditor analyst economist consultant journalist editor author writer translator"
    " librarian psychologist veterinarian designer judge priest artist musician actor statistician"
    " solicitor barrister education educator midwife chemist physicist biologist mathematician",
    "technicians": "technician technologist broker paralegal photographer paramedic inspector agent"
    " surveyor draughtsman optician hygienist coach chef representative buyer",
    "clerical support": "clerk secretary receptionist typist teller bookkeeper cashier-clerk"
    " administrator assistant postman mailman proofreader dispatcher",
    "service and sales": "waiter waitress cook bartender hairdresser barber beautician salesperson"
    " salesman saleswoman cashier shopkeeper retail seller caregiver carer nanny childminder guard"
    " policeman policewoman firefighter steward stewardess guide concierge sales",
    "agriculture": "farmer gardener fisherman fisher forester grower rancher shepherd beekeeper"
    " farming fishing forestry",
    "craft and trades": "electrician carpenter plumber mason bricklayer painter welder mechanic"
    " blacksmith toolmaker baker butcher tailor joiner roofer plasterer glazier printer jeweller"
    " potter cabinetmaker upholsterer locksmith builder fitter",
    "machine operators": "driver machinist trucker miner assembler operator",
    "elementary occupations": "cleaner labourer laborer helper janitor porter dishwasher packer"
    " housekeeper messenger courier caretaker",
    "student": "student pupil undergraduate postgraduate trainee apprentice studying",
    "retired": "retired pensioner retiree pension",
    "not working": "unemployed homemaker housewife househusband jobless",
}
"""The word that a title of that group ends with."""

YES = ("1", "true", "yes", "y", "t", "on", "opted_out", "opt_out", "out")
"""What a data set writes where a person opted out; anything else there means no."""
