"""Names: those of the plans where they give one, the rest made up in the manner of the place."""

from collections import defaultdict

import shapely

from data.gis import plan
from data.gis.blocks import Town
from data.gis.roads import Section

DISTRICTS = ("府城", "功能区", "商务区")
# Small grids in the order of their numbers within the district.
SMALL = (
    ("方塔", "袜子弄", "蓝天", "愉光", "邱家湾", "金家弄", "南内"),
    ("茸北", "光星", "大塔", "花桥", "五昆", "沪松", "广富林", "缤纷"),
    ("万达", "茸吉", "大师园", "五龙湖", "茸平", "明南", "茸梅"),
)

# Streets by district: the plans' own names first.
SECONDARY = (
    ("南内路", "云间路", "邱家湾路", "华亭路", "谷水路", "文翰路", "蓝天路", "愉光路", "府前路", "普照路", "西塔路",
     "学前路", "日晖路", "莲花路", "长桥路", "荷池路"),
    ("五昆路", "缤纷路", "花桥路", "茸华路", "茸兴路", "茸江路", "茸阳路", "茸惠路", "茸树路", "茸腾路",
     "茸盛路", "茸科路", "茸创路", "茸锦路", "茸达路", "茸恒路", "茸通路"),
    ("五龙路", "茸景路", "茸文路", "茸康路", "茸德路", "茸贸路", "茸商路", "茸金路", "茸星路", "茸月路", "茸霞路"),
)  # fmt: skip
BRANCH = (
    ("仓前街", "庙前街", "桥南街", "桥北街", "迎恩街", "望仙街", "披云街", "通津街", "白龙街", "起云街", "东塔街",
     "景德街", "竹竿汇街", "松隐街", "菜花街", "钱泾街", "普济街", "平桥街", "南库街", "北库街", "秀野街", "永丰街",
     "集贤街", "清和街", "仁德街", "兴贤街", "米市街", "盐仓街", "布市街", "果子街", "秀南街", "秀北街", "石坊街",
     "井亭街", "梅园街", "桂园街", "槐荫街", "柳荫街", "前塘街", "后塘街"),
    ("茸业路", "茸宏路", "茸顺路", "茸丰路", "茸泰路", "茸源路", "茸昌路", "茸隆路", "茸建路", "茸联路", "茸远路",
     "茸新路", "茸工路", "茸力路", "茸信路", "茸诚路", "茸展路", "茸升路", "茸航路", "茸卫路", "茸光路", "茸明路",
     "茸电路", "茸机路", "茸材路", "茸纺路", "茸印路", "茸仓路", "茸港路", "茸柏路", "茸松路", "茸桐路", "茸枫路",
     "茸榆路", "茸楠路", "茸桦路"),
    ("茸欣路", "茸和路", "茸润路", "茸泽路", "茸澜路", "茸汇路", "茸云路", "茸虹路", "茸银路", "茸宁路", "茸清路",
     "茸瑞路", "茸祥路", "茸庆路", "茸安路", "茸颐路", "茸韵路", "茸墨路", "茸书路", "茸艺路", "茸棠路", "茸荷路",
     "茸莲路", "茸菊路", "茸兰路", "茸竹路", "茸溪路", "茸湾路", "茸洲路", "茸岸路"),
)  # fmt: skip
LANES = (
    "袜子弄", "袜子弄一支弄", "袜子弄二支弄", "袜子弄三支弄", "袜子弄四支弄", "邱家湾", "金家弄", "袜子新弄", "方塔弄",
    "蓝天一弄", "蓝天二弄", "愉光一弄", "愉光二弄", "南内弄", "塔桥弄", "仓桥弄", "井亭弄", "学宫弄", "东司弄",
    "西司弄",
    "米市弄", "果子弄", "染坊弄", "铁匠弄", "豆市弄", "缸甏弄", "茶亭弄", "石桥弄", "莲池弄", "竹园弄",
    "梧桐弄", "长寿弄",
    "太平弄", "安乐弄", "永福弄", "聚贤弄", "月河弄", "水关弄", "更楼弄", "药王弄",
)  # fmt: skip

ESTATES_NAMED = (
    # 12 处老旧小区 of the plan: six are named there, the rest of the twelve are counted only.
    ("中山东路120弄小区", "old_estate"), ("中山东路180弄小区", "old_estate"), ("中山东路274弄小区", "old_estate"),
    ("袜子弄四支弄小区", "old_estate"), ("蓝天一村", "old_estate"), ("愉光新村", "old_estate"),
    ("蓝天二村", "old_estate"), ("愉光二村", "old_estate"), ("方塔小区", "old_estate"), ("南内小区", "old_estate"),
    ("东塔小区", "old_estate"), ("仓前小区", "old_estate"),
    ("邱家湾41号院", "army_estate"), ("金家弄小区院", "army_estate"), ("普照路大院", "army_estate"),
    ("谷水大院", "army_estate"),
)  # fmt: skip
ESTATE_HEADS = (
    ("云间", "华亭", "谷水", "文翰", "府城", "塔苑", "荷池", "学宫", "秀野", "莲花", "桂园", "梅园"),
    ("茸阳", "五昆", "缤纷", "茸北", "光星", "大塔", "茸华", "茸兴"),
    ("五龙", "茸梅", "茸景", "茸康", "茸悦", "明南", "茸吉", "湖滨", "东景", "茸和"),
)  # fmt: skip
ESTATE_TAILS = ("新村", "苑", "花园", "名邸", "佳园", "雅苑", "家园", "公寓", "华庭", "小区")


def streets(town: Town, found: list[Section]) -> dict[str, str]:
    """Return street key → name; side streets are named by district, from north to south and west to east."""
    names = {line.name: line.name for line in plan.LINES} | {"街道界": "街道界"}
    runs: dict[str, list[Section]] = defaultdict(list)
    for section in found:
        if section.key not in names:
            runs[section.key].append(section)
    keys = sorted(
        runs, key=lambda k: (round(-max(s.middle[1] for s in runs[k]), 2), min(s.middle[0] for s in runs[k]), k)
    )
    river = shapely.union_all([s.shape for s in found if s.key == "通波塘"])
    bridges = [s for s in found if s.kind in ("secondary", "branch") and s.key in runs and s.shape.crosses(river)]
    names[max(bridges, key=lambda s: (round(s.length, 6), s.key)).key] = "茸龙路"  # 通波塘茸龙路桥下空间, 任务 12
    keys = [key for key in keys if key not in names]
    pools = {
        "secondary": [list(pool) for pool in SECONDARY], "branch": [list(pool) for pool in BRANCH],
        "internal": [list(LANES), [], []],
    }  # fmt: skip
    order = {"internal": sorted(keys, key=lambda k: _from_old_town(runs[k][0].middle))}
    taken: dict[str, int] = defaultdict(int)
    for kind in ("secondary", "branch", "internal"):
        for key in order.get(kind, keys):
            if runs[key][0].kind != kind:
                continue
            longest = max(runs[key], key=lambda s: s.length)
            pool = pools[kind][plan.zone(*longest.middle)]
            if pool:
                names[key] = pool.pop(0)
            elif kind != "internal":
                head = SECONDARY[plan.zone(*longest.middle)][taken[kind] % 8]
                taken[kind] += 1
                names[key] = (
                    f"{head[:-1]}支路"
                    if taken[kind] <= 8
                    else f"{head[:-1]}{'二三四五六七八九'[taken[kind] // 8 - 1]}支路"
                )
    return names


def _from_old_town(point: tuple[float, float]) -> float:
    """Return how far a lane lies from the heart of the old town."""
    return round((point[0] + 1.2) ** 2 + (point[1] + 1.4) ** 2, 6)


def estates(district: int, number: int) -> str:
    """Return the number-th made-up estate name of a district."""
    heads = ESTATE_HEADS[district]
    return heads[number % len(heads)] + ESTATE_TAILS[(number // len(heads) + number) % len(ESTATE_TAILS)]
