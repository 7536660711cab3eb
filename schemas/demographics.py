"""Closed vocabularies of demographics, and the words that people use for them."""

UNKNOWN = "unknown"

AGE_BANDS = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", UNKNOWN)
LAST_AGES = (17, 24, 34, 44, 54, 64)  # of each band but the last
OLDEST = 120  # an older age is no age

GENDERS = ("female", "male", "other", UNKNOWN)
GENDER_WORDS = {
    "female": "female f woman w girl lady mrs ms miss femme femenino mujer weiblich"
    " frau vrouw donna",
    "male": "male m man boy gentleman mr homme masculin masculino hombre männlich mann uomo",
    "other": "other o x d nonbinary non-binary enby nb diverse divers genderqueer agender intersex"
    " genderfluid",
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

PROFESSIONS = (*ISCO, "student", "retired", "not working", UNKNOWN)

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
