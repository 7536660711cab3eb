"""Names of other alphabets as Chinese and Japanese write them, by sound and with a dot between:
安娜·科瓦尔斯卡, アンナ・コヴァルスカ."""

import re
from collections.abc import Iterator

from weir.schemas import detect as facts
from weir.transforms.detect.people.naming import Person

_DOT = "[·・‧•]"
_CHINESE = re.compile(
    rf"(?<![\u4e00-\u9fff·])[\u4e00-\u9fff]{{2,6}}(?:{_DOT}[\u4e00-\u9fff]{{1,7}}){{1,2}}(?!{_DOT})"
)
_JAPANESE = re.compile(
    rf"(?<![ァ-ヺー・])([ァ-ヺー]{{2,12}})((?:{_DOT}[ァ-ヺー]{{2,14}}){{1,2}})(?![ァ-ヺー・])"
)
_SOUNDS = frozenset(
    "阿埃艾安奥巴白班邦保鲍贝本比彼别宾波伯博勃布策查茨达戴丹道德登邓迪蒂丁顿多恩尔法范菲费芬佛夫弗福盖冈高戈格根古哈海汉"
    "豪赫亨胡华怀惠霍基吉加贾杰金卡凯坎康考柯科可克肯库奎拉莱兰朗劳勒雷蕾里丽莉利莲列林琳琉龙卢鲁路伦罗洛马玛迈麦曼梅门蒙"
    "米密敏明莫默姆木穆娜纳南妮尼内年涅宁诺努欧帕潘庞佩彭皮普齐奇恰乔切琴琼丘热瑞若撒萨塞桑森莎山舍沈圣施什史斯松苏索塔泰"
    "坦唐特滕提廷图托瓦万旺威韦维温翁沃乌武西希锡夏香肖谢辛欣雄休许雅亚扬耶叶伊易因英尤于约泽扎詹张珍芝治朱卓兹佐"
    "爾羅蘭馬麗維倫蓮納諾歐龐喬瓊薩聖蘇託萬韋溫烏錫謝許亞揚葉約澤紮張貝達爾費馮蓋岡漢華懷賈凱萊勞裡龍盧魯邁門內寧齊熱圖興"
)
"""Signs that are written for their sound in most foreign names (Xinhua's tables, both scripts)."""


def transcribed(text: str, strict: bool) -> Iterator[Person]:
    """Given and family name by sound. In Chinese hardly anything else is written so. In Japanese
    rows of things are (バッグ・シューズ): there the first must be a given name, but if `strict`.
    """
    if text.isascii():
        return
    nobody = facts.words("transcribed_nobody")
    for match in _CHINESE.finditer(text):
        signs = [sign for sign in match[0] if sign >= "\u4e00"]
        by_sound = sum(sign in _SOUNDS for sign in signs) * 4 >= len(signs) * 3
        if len(signs) > 3 and by_sound and _plain(match[0]) not in nobody:
            yield Person(*match.span(), 0.6, "a foreign name written by its sound", True)
    for match in _JAPANESE.finditer(text):
        named = match[1] in facts.words("katakana_given") and _plain(match[0]) not in nobody
        if named or strict:
            yield Person(*match.span(), 0.6, "a foreign name written by its sound", True)


def _plain(name: str) -> str:
    return re.sub(_DOT, "・", name)
