"""PDFs have the sign of a radical where the character is meant: ⽂ for 文, ⺠ for 民; and blanks where lines were set.

Those of U+2F00–2FD5 are compatible characters, which NFKC turns into what is meant; most of U+2E80–2EF3 are not, though Unicode
names for each the character that it is a form of. Here are they.
"""

from __future__ import annotations

import re
import unicodedata

_SUPPLEMENT = str.maketrans(
    "⺁⺂⺃⺄⺅⺆⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "厂乛乚乙亻冂刂卜㔾小小兀尣尢尢巳幺彑彐忄㣺扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒㓁羊羊羊耂肀聿肉臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)
_SIGN = re.compile(r"[\u2e80-\u2fd5\ufb00-\ufb06]")  # radicals, and ﬁ for fi
_EAST = "\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60\u25cb\u25ef\u300c-\u300f"
_STRAY = re.compile(rf"(?<=[{_EAST}]) +(?=[{_EAST}])|(?<=[（「『《〈【]) +|(?: +)(?=[）」』》〉】，。；：、！？])")


def folded(text: str) -> str:
    """`text` with the characters that its radicals, and the letters that its ligatures stand for."""
    return _SIGN.sub(lambda sign: unicodedata.normalize("NFKC", sign.group().translate(_SUPPLEMENT)), text)


def without_stray_blanks(text: str) -> str:
    """`text` of a PDF without blanks between East Asian characters and within brackets, which nobody wrote."""
    return _STRAY.sub("", text)
