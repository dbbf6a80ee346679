"""What the tasks are about: categories, words and limits by kind, and how many of them stand in which status."""

from dataclasses import dataclass

from data.gis.facts import NATIONAL

# kind → status → how many; 300 together, every status and every kind.
PLAN: dict[str, dict[str, int]] = {
    "case": {"reported": 8, "verified": 5, "filed": 7, "dispatched": 15, "handling": 23, "submitted": 8, "checked": 5,
             "closed": 62, "suspended": 5, "refused": 6, "void": 4},
    "hotline": {"reported": 7, "verified": 3, "filed": 5, "dispatched": 8, "handling": 14, "submitted": 5, "checked": 3,
                "closed": 29, "suspended": 2, "refused": 5, "void": 3},
    "hazard": {"reported": 2, "verified": 1, "filed": 1, "dispatched": 3, "handling": 7, "submitted": 2, "checked": 1,
               "closed": 9, "suspended": 3, "refused": 1, "void": 1},
    "spot_check": {"reported": 1, "verified": 1, "filed": 1, "dispatched": 2, "handling": 2, "submitted": 1,
        "checked": 1,
                   "closed": 6, "void": 1},
    "patrol": {"dispatched": 6, "closed": 12, "void": 3},
}  # fmt: skip

HOUR, DAY = 60, 1440


@dataclass(frozen=True)
class Story:
    """A category with its name, handling limit in minutes, where it happens and what is written about it."""

    code: str
    name: str
    limit: int
    where: str  # street, estate, river, site, shops, factory, park
    words: tuple[str, ...]
    weight: int = 2
    standard: str = NATIONAL


def _local(code: str, name: str, limit: int, where: str, words: tuple[str, ...], weight: int = 2) -> Story:
    return Story(code, name, limit, where, words, weight, "local")


MATTERS = (
    Story("06010", "暴露垃圾", 4 * HOUR, "street",
        ("路边有小包垃圾，约{n}袋，请清理。", "垃圾散落在人行道上，影响通行。"), 9),
    Story("06011", "积存垃圾渣土", 5 * DAY, "street", ("建筑垃圾约{n}立方米，无人认领。", "装修垃圾堆放多日。"), 5),
    Story("06012", "道路不洁", 2 * HOUR, "street", ("路面有泥浆和落叶，需清扫冲洗。",), 5),
    Story("06013", "道路破损", 5 * DAY, "street",
        ("沥青路面坑洞约{n}厘米深，已摆放警示桩。", "人行道板松动，下雨溅水。"), 6),
    Story("06017", "绿地脏乱", 4 * HOUR, "park", ("绿地内有烟头和塑料袋。",), 3),
    Story("06001", "私搭乱建", 15 * DAY, "estate",
        ("一楼天井搭建雨棚，正在施工。", "楼顶新增彩钢板房约{n}平方米。"), 3),
    Story("06036", "乱堆杂物", DAY, "estate", ("楼道口堆放旧家具，影响疏散。", "公共通道堆放纸板。"), 5),
    Story("06042", "垃圾站（箱）满溢", 4 * HOUR, "estate", ("垃圾厢房满溢，有异味。",), 4),
    Story("06041", "垃圾未分类", 2 * DAY, "estate", ("湿垃圾桶内混有干垃圾。",), 3),
    Story("06025", "水域不洁", 2 * DAY, "river", ("河面有漂浮物约{n}平方米。",), 3),
    Story("06028", "噪声扰民", 2 * HOUR, "shops", ("商铺外放音响，夜间扰民。",), 2),
    Story("06027", "油烟污染", 2 * DAY, "shops", ("餐饮店油烟直排，影响楼上居民。",), 3),
    Story("07001", "非法小广告", DAY, "street", ("公交站亭张贴小广告{n}处。",), 3),
    Story("07003", "违规户外广告", 5 * DAY, "shops", ("门头加装未备案灯箱。",), 2),
    Story("08002", "施工占道", DAY, "site", ("围挡外占用非机动车道堆放材料。",), 2),
    Story("08004", "工地扬尘", 2 * HOUR, "site", ("裸土未覆盖，大风起尘。",), 3),
    Story("09005", "店外经营", 2 * HOUR, "shops", ("水果店占用人行道{n}米。", "餐饮店外摆桌椅。"), 6),
    Story("09001", "无照经营游商", 2 * HOUR, "shops", ("流动摊贩{n}处，聚集在路口。",), 3),
    Story("09009", "机动车乱停放", 2 * HOUR, "street", ("人行道停放机动车{n}辆。",), 3),
    Story("09010", "非机动车乱停放", 2 * HOUR, "shops",
        ("共享单车倒伏，占用盲道。", "地铁站周边非机动车乱停约{n}辆。"), 6),
    Story("09012", "占用消防通道", 2 * HOUR, "estate", ("消防通道停放车辆{n}辆。",), 3),
    Story("01003", "雨水井盖异常", 2 * HOUR, "street", ("雨水井盖破损，车辆经过有响声。",), 3),
    Story("01037", "路灯异常", DAY, "street", ("路灯连续{n}盏不亮。",), 3),
    Story("04002", "行道树异常", 2 * DAY, "street", ("行道树枝干折断，压在人行道上。",), 2),
    _local("10995", "道路积水", 2 * HOUR, "street", ("雨后积水约{n}厘米，行人绕行。",), 2),
    _local("10990", "小包垃圾", 4 * HOUR, "street", ("沿街小包垃圾{n}处。",), 3),
)  # fmt: skip

HAZARDS = (
    _local("10998", "飞线充电", DAY, "estate", ("二楼窗口拉线给电动自行车充电。",), 5),
    _local("10997", "“三合一”场所", 5 * DAY, "shops", ("店铺后间住人，未设逃生窗。",), 4),
    _local("10996", "厂房仓库安全隐患", 5 * DAY, "factory", ("仓库货物堵塞安全出口。", "配电箱敞开，线路老化。"), 5),
    _local("10992", "消防设施缺损", 2 * DAY, "estate", ("消火栓箱内水带缺失。",), 3),
    _local("10993", "燃气安全隐患", DAY, "shops", ("餐饮店软管老化，无报警器。",), 3),
    _local("10999", "群租", 15 * DAY, "estate", ("一户分隔{n}间出租。",), 3),
    _local("10991", "高空坠物隐患", DAY, "estate", ("外墙饰面砖空鼓，已拉警戒线。",), 2),
)
CHECKS = (
    _local(
        "10988", "工作抽查", 2 * DAY, "estate", ("抽查垃圾分类实效。", "抽查门责管理落实情况。", "抽查网格员巡查记录。")
    ),
)
PATROLS = (_local("10989", "例行巡查", 8 * HOUR, "street", ("按班次巡查本路段。",)),)
POOLS = {"case": MATTERS, "hotline": MATTERS, "hazard": HAZARDS, "spot_check": CHECKS, "patrol": PATROLS}
SOURCES = {
    "case": ("patrol",) * 8 + ("resident",) * 4 + ("camera",) * 4 + ("superior", "check", "self"),
    "hotline": ("hotline",), "hazard": ("check", "check", "patrol", "superior"), "spot_check": ("check",),
    "patrol": ("self",),
}  # fmt: skip
SPOT_KINDS = {"estate": ("estate",), "site": ("site",), "park": ("green", "woodland"), "factory": ("other",)}
