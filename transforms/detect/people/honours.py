"""Names in ideograms that a word beside them tells: 田中さん, 王先生, 김민수님, 氏名：山田太郎."""

import re
from collections.abc import Iterator

from weir.schemas import detect as facts
from weir.transforms.detect.people.naming import Person

_HONOURED = re.compile(
    r"([\u4e00-\u9fff々]{2,3}[ぁ-ん]{2,4}|[\u4e00-\u9fff々ヶ]{1,6}(?:[ 　][\u4e00-\u9fff々]{1,3})?|[ァ-ヺー]{2,10}(?:[ 　・][ァ-ヺー]{2,10})?)"  # noqa: E501
    r"[ 　]?(?:様|さま|さん|氏|くん|ちゃん|殿|先生|先輩|社長|部長|課長|教授|選手|女史|夫妻)(?![々])"
)
_COMPOUND = (
    "欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|慕容|皇甫|东方|東方|独孤|獨孤|令狐|公孙|公孫|夏侯|尉迟|尉遲|宇文|长孙|長孫|端木|轩辕|軒轅"
    "|司徒|司空|南宫|南宮|呼延|澹台|太史|闻人|聞人|申屠|钟离|鍾離|淳于|单于|公冶|万俟|赫连|闾丘|鲜于|拓跋|濮阳|第五"
)
"""Chinese family names of two signs."""
_SINGLE = (
    "朴柏褚卫尤施严嚴戚喻章葛奚鲁韦俞柳鲍费岑倪滕殷毕邬卞齐伍翟温阮庄"
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田任姜范方石姚谭廖邹熊陆郝孔白崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎易常武乔贺赖龚張劉陳楊趙黃吳孫馬羅鄭謝馮蕭鄧許"
    "呂蘇盧蔣賈葉閻鍾高金江"
)
_TITLES = (
    "先生|女士|小姐|老师|老師|经理|經理|太太|同学|同學|师傅|師傅|医生|醫生|医师|醫師|律师|律師|教授|博士|主任|主管|总监|總監|总经理|總經理|老板|老闆"
    "|阿姨|叔叔|大哥|大姐|夫人|警官|法官|护士|護士|院长|院長|校长|校長|局长|董事长|秘书|会计|工程师|女仕"
)
_CHINESE = re.compile(rf"((?:{_COMPOUND})|[{_SINGLE}])([\u4e00-\u9fff]{{0,2}}?)[ 　]?(?:{_TITLES})")
_ADDRESSED = re.compile(
    rf"(?:尊敬的|亲爱的|親愛的|敬爱的|敬愛的)[,,、 ]?((?:(?:{_COMPOUND})|[{_SINGLE}])[\u4e00-\u9fff]{{1,2}}?)"  # noqa: E501
    rf"(?=[,,::!!。 ]|\Z|您|你|(?:{_TITLES}))"
)
_LOOKED_FOR = re.compile(
    r"(?<![\u4e00-\u9fff々])([\u4e00-\u9fff々]{3,6}|[가-힣]{3,4})[ 　](?:[\u3040-\u9fff가-힣]{1,4}[ 　])?"  # noqa: E501
    r"(?:電話番号|電話|住所|連絡先|携帯|年齢|経歴|プロフィール|結婚|逮捕|評判|口コミ|顔写真|勤務先|出身|学歴|(?i:linkedin|facebook|instagram|twitter|tiktok|email|e-mail|phone|address|github|インスタ|フェイスブック|ツイッター|ライン)"
    r"|电话|電話|手机|手机号|地址|简历|簡歷|微信|微博|邮箱|照片|联系方式|身份证|전화번호|전화|주소|연락처|나이|결혼|인스타|페이스북|이메일|프로필|카톡)"
)
_KOREAN = re.compile(
    r"(?<![가-힣])([가-힣])([가-힣]{2}) ?(?:님|씨|씨의|님의|님께|고객님|회원님|선생님|대표님|과장님|부장님|팀장님|교수님|사장님|원장님|변호사님"  # noqa: E501
    r"|의사님|기자님|대리님|차장님|이사님|회장님|실장님|기사님|작가님|감독님|환자님|군(?![가-힣])|양(?![가-힣])|여사)"
)
_KOREAN_FAMILIES = "황보|남궁|제갈|선우|독고|사공|서문|동방|망절"
"""Korean family names of two syllables."""
_TWO_SYLLABLES = re.compile(rf"(?:{_KOREAN_FAMILIES}) ?[가-힣]{{1,2}}")
_LONG_KOREAN = re.compile(
    rf"(?<![가-힣])((?:{_KOREAN_FAMILIES}) ?[가-힣]{{2}}) ?(?:님|씨|고객|회원|선생님|전화|연락처|주소|휴대폰|이메일|인스타|프로필)"  # noqa: E501
)
_APART_LOOKED_FOR = re.compile(
    r"(?<![\u4e00-\u9fff々])([\u4e00-\u9fff々]{2,4})[ 　]([\u4e00-\u9fff々ぁ-んァ-ヺー]{1,4})[ 　](?:電話番号|電話|住所|連絡先|携帯|勤務先)"  # noqa: E501
)
_TOLD = re.compile(
    r"(?:姓名|氏名|お名前|名前|担当者?|宛名|お届け先|送り先|受取人|予約者|ご契約者|契約者|会員名|收货人|收件人|寄件人|联系人|聯絡人|持卡人|乘客|患者|成员|"
    r"성명|이름|받는 ?(?:사람|분)|보내는 ?(?:사람|분)|수령인|고객명|예약자|담당자|환자명?)[ 　]?(?:[:：=]|は)[ 　]?"  # noqa: E501
    r"([\u4e00-\u9fff々ァ-ヺー가-힣]{2,6}(?:[ 　・][\u4e00-\u9fff々ァ-ヺー가-힣]{1,6})?)"
)
_APART = re.compile(
    r"(?<![\u4e00-\u9fff々])([\u4e00-\u9fff々]{2,3})[ 　]([\u4e00-\u9fff々ぁ-んァ-ヺー]{1,4})(?![\u4e00-\u9fff々])"  # noqa: E501
)
_NOBODY = frozenset(
    "客皆奥神王仏殿貴仕模同多各父母兄姉弟妹娘嫁孫婿叔伯祖旦医看店職業屋者員家様方御若上下今先大小新"
)
_NO_END = "仕模同多各皆貴客神王仏殿奥"
_ONE_SIGN = frozenset("林森原関岡谷辻東南北西堀星菅岸泉柳桂榎島浜境秦畑牧峰宮")
_THINGS = tuple("店駅市町村県区社院校園館寺城川山橋港線丼麺鍋酒茶湯屋員者")
_GIVEN = tuple("子郎美助香奈介輔斗希菜花織江恵代人也太")


def honoured(text: str) -> Iterator[Person]:
    """Names before an honorific, behind a word that tells them, a family and a given one apart."""
    for match in _TOLD.finditer(text):
        yield Person(*match.span(1), 0.7, "a name behind a word that tells it", False)
    for match in _HONOURED.finditer(text):
        start = _family_at(match[1])
        if start is not None:
            yield Person(
                match.start(1) + start, match.end(1), 0.7, "a name before an honorific", False
            )
    for match in _CHINESE.finditer(text):
        if not _is_thing(match[2]):
            yield Person(match.start(), match.end(2), 0.6, "a name before a title", False)
    for match in _ADDRESSED.finditer(text):
        if not _is_thing(match[1]):
            yield Person(*match.span(1), 0.6, "a name behind a greeting", False)
    for match in _LOOKED_FOR.finditer(text):
        if _is_whole(match[1]):
            yield Person(*match.span(1), 0.6, "a name before what is looked for of a person")
    for match in _KOREAN.finditer(text):
        run = match[1] + match[2]
        if (
            match[1] in _FAMILIES
            and run not in facts.words("no_korean_names")
            and run[2] not in "자객원"
        ):
            yield Person(match.start(), match.end(2), 0.7, "a name before an honorific", False)
    for match in _LONG_KOREAN.finditer(text):
        yield Person(*match.span(1), 0.6, "a Korean name of four syllables")
    for match in _APART_LOOKED_FOR.finditer(text):
        if _could_be_apart(match[1], match[2]):
            yield Person(match.start(), match.end(2), 0.6, "a name before what is looked for")
    for match in _APART.finditer(text):
        if _is_full(match[1], match[2]):
            yield Person(match.start(), match.end(), 0.6, "a family and a given name")


_FAMILIES = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허남심노하곽성차주우구"
)


_FAMILY = re.compile(f"{_COMPOUND}|[{_SINGLE}]")


def begins_with_a_family(run: str) -> int:
    """The signs of the Chinese family name that a run begins with; 0 if there is none."""
    family = _FAMILY.match(run)
    return family.end() if family else 0


def _is_thing(run: str) -> bool:
    return run.endswith(_THINGS)


def _family_at(run: str) -> int | None:
    """Where a name begins in a run of signs that an honorific closes; None if it is no name."""
    if run[0] >= "ァ" and run[0] <= "ヺ":
        return 0 if len(run) >= 3 else None
    if run[-1] in _NO_END:
        return None
    families = facts.words("japanese_families")
    names = facts.lexicon().names
    for start in range(max(len(run) - 7, 0), len(run)):
        rest = run[start:]
        if (
            rest[:2] in families
            or rest[:3] in facts.words("japanese_long_families")
            or (len(rest) >= 2 and names.get(rest[:2], (0, 0))[1] and rest[0] not in _NOBODY)
        ):
            return start if not rest.endswith(_THINGS) or rest[:2] == rest else None
        one = rest[0] in _ONE_SIGN and len(rest) <= 3 and start == 0
        if one and not rest.endswith(_THINGS):
            return start
    return None


def _is_full(family: str, given: str) -> bool:
    """A common family name of Japan before what is no shop, place or thing."""
    listed = family in facts.words("japanese_families") or family in facts.words(
        "japanese_long_families"
    )
    if not listed or family in facts.words("places_in_ideograms") or given.endswith(_THINGS):
        return False
    if len(given) == 1 or given[:2] in facts.words("no_given_in_ideograms"):
        return False
    return len(given) == 2 or given.endswith(_GIVEN) or not "\u4e00" <= given[0] <= "\u9fff"


def _could_be_apart(family: str, given: str) -> bool:
    """A family name in no list before a given one as most end, and neither a shop's nor a place's."""  # noqa: E501
    if family in facts.words("places_in_ideograms") or family in facts.words("words_in_ideograms"):
        return False
    if family.endswith(_THINGS[:-2] + tuple("道府科業社料")) or given[:2] in facts.words(
        "no_given_in_ideograms"
    ):
        return False
    return given.endswith(_GIVEN) and given not in facts.words("words_in_ideograms")


def is_of_two_syllables(run: str) -> bool:
    """A Korean family name of two syllables and a given one: 남궁민수."""
    return bool(_TWO_SYLLABLES.fullmatch(run))


def _is_whole(run: str) -> bool:
    """A family name and one to three signs of a given one, and no shop, place or thing."""
    if run[0] >= "가":
        return run[0] in _FAMILIES and len(run) == 3 and run not in facts.words("no_korean_names")
    if re.match(_COMPOUND, run):
        return len(run) <= 4 and not _is_thing(run)
    long = run[:3] in facts.words("japanese_long_families")
    if not long and run[:2] not in facts.words("japanese_families"):
        return False
    given = run[3:] if long else run[2:]
    if not given or given.endswith(_THINGS) or given[:2] in facts.words("no_given_in_ideograms"):
        return False
    return len(given) <= 2 or (len(given) == 3 and given.endswith(_GIVEN))
