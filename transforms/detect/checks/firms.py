"""Firms: what ends or begins with a company's form, of many countries."""

import re

_FORM_LAST = re.compile(
    r"[^\W_].*[^\w)](?:ltd|limited|llc|llp|l\.l\.c|l\.l\.p|plc|inc|incorporated|corp|corporation|co|gmbh(?: ?& ?co\.? ?kgaa?)?|g?gmbh|ag|kg|kgaa|ug|ug \(haftungsbeschränkt\)"  # noqa: E501
    r"|ohg|gbr|e\. ?k|e\. ?v|eg|se|s\.?a|s\.a\.s?|sarl|s\.à ?r\.l|sàrl|s\.a\.r\.l|sas|sasu|eurl|snc|sci|s\.?l|s\.?l\.?u|s\.?l\.?l|s\. ?p\. ?a|spa|s\. ?r\. ?l\.?s?|srls?|s\.n\.c"  # noqa: E501
    r"|s\.a\.s|lda|ltda|unipessoal|eireli|s/a|b\.?v|n\.?v|v\.?o\.?f|bvba|sprl|oyj?|ab|as|asa|ans|a/s|aps|i/s|hf|ehf|sp\. ?z ?o\. ?o|sp\. ?j|sp\. ?k|spółka z o\.o|s\. ?r\. ?o|spol\. s r\.o"  # noqa: E501
    r"|a\. ?s|v\. ?o\. ?s|kft|zrt|nyrt|bt|kkt|d\. ?o\. ?o|d\. ?d|j\. ?d\. ?o\. ?o|oü|uab|sia|mb|a\.? ?ş|ltd\.? ?şti|ş\.?t\.?i|pty\.? ltd|pte\.? ltd|pvt\.? ltd|private limited|sdn\.? bhd|bhd|tbk|k\.k"  # noqa: E501
    r"|s\.?a\.? de c\.?v|s\.? de r\.?l\.?(?: de c\.?v)?|holding|holdings|group|ооо|оао|зао|пао|ао|тов|прат|ооd|оод|еоод|ад|εε|οε|αε|α\.ε|επε|ε\.π\.ε|ικε|ι\.κ\.ε)\.?",  # noqa: E501
    re.IGNORECASE,
)
_FORM_FIRST = re.compile(
    r"(?:株式会社|有限会社|合同会社|合資会社|合名会社|医療法人|学校法人|社会福祉法人|一般社団法人|\(株\)|（株）|㈱|주식회사|유한회사|\(주\)|㈜"
    r"|(?:ооо|оао|зао|пао|ао|тов|ип|прат|ет)[ «\"]{1,3}|(?:PT|CV|UD|CÔNG TY|Công ty|công ty)[ .])[^\W_ ].*",  # noqa: E501
    re.IGNORECASE,
)
_IN_SIGNS = re.compile(
    r".{2,30}(?:株式会社|有限会社|合同会社|有限公司|股份公司|公司|集团|集團|주식회사|\(株\)|（株）)"
)
_LONGEST = 80


def is_firm(text: str) -> bool:
    """Written with a company's form: Tideswell Analytics Ltd, 株式会社北斗精機, ООО Ромашка."""
    text = text.strip()
    if not 4 <= len(text) <= _LONGEST:
        return False
    return any(shape.fullmatch(text) for shape in (_FORM_LAST, _FORM_FIRST, _IN_SIGNS))
