"""What the five published plans say, count by count, and where they say it; everything else is invented.

``source`` names the plan in `SOURCES`, ``quote`` is a fragment of its text (line breaks taken out). A fact with
a ``category`` becomes that many facility points; the plans of five streets are put together in one street.
"""

from dataclasses import dataclass

SOURCES = {
    "002": "松中委〔2024〕20号 中山街道城市管理精细化提升行动计划（2024-2026）",
    "000": "浦东明办〔2023〕27号 东明路街道城市管理精细化提升行动计划（2023年-2025年）",
    "001": "浦周办〔2023〕12号 周家渡街道2023年城市管理精细化工作要点",
    "003": "浦高行府〔2023〕15号 高行镇2023年城市管理精细化工作要点",
    "004": "杨府发〔2021〕9号 杨浦区城区管理精细化“十四五”规划",
}
ORDER_NO = "松中委〔2024〕20号"
VALID_FROM = "2024-04-03"
NATIONAL = "GB/T 47678.5-2026"
NATIONAL_FROM = "2026-07-01"


@dataclass(frozen=True)
class Fact:
    """A number of a plan. ``spread`` says where the points lie: estate, street, block, site, river or low."""

    key: str
    count: int
    what: str
    source: str
    quote: str
    category: str = ""
    spread: str = ""
    department: str = "城运中心"


GRIDS = (
    Fact("four_tiers", 138, "四级网格 1+3+22+138", "002", "持续优化“1+3+22+138”大中小微四级网格体系"),
    Fact("districts", 3, "府城、功能区、商务区", "002", "优化府城、功能区、商务区三个分中心系统能级"),
    Fact("base", 265, "基础责任网格", "001", "按照不同的功能类型划分 265个基础责任网格"),
)

FACILITIES = (
    Fact(
        "shelter",
        78,
        "应急避难场所（站）",
        "000",
        "推进 78 个应急避难场所（站）的选点建设",
        "05999",
        "block",
        "城运中心",
    ),
    Fact(
        "board", 78, "实时信息发布屏", "000", "设立 78 个遍布街面小区的实时信息发布系统", "01999", "street", "城运中心"
    ),
    Fact("camera", 30, "视频监控", "000", "建设 30 个重点区域、场所的视频监控", "01050", "street", "城运中心"),
    Fact("sensor", 2000, "物联感知设备", "000", "2000 个物联感知设备", "01998", "estate", "城运中心"),
    Fact("charger", 50, "新能源汽车充电桩", "000", "新建新能源汽车充电桩 50 个", "01054", "block", "城建中心"),
    Fact("barrier_free", 65, "无障碍设施", "000", "完成 65 处无障碍设施建设", "02034", "estate", "发展办"),
    Fact("waste_yard", 20, "建筑垃圾堆放点", "000", "完成 20 处建筑垃圾堆放点改造", "03999", "estate", "绿容所"),
    Fact(
        "low_road",
        12,
        "低洼积水易结冰监测点",
        "000",
        "实施 12 处低洼积水易结冰路段的结构化改造",
        "01997",
        "low",
        "防汛办",
    ),
    Fact("bike_charger", 10, "非机动车充电桩", "000", "完成 10 处非机动车充电桩等建设", "01996", "estate", "城建中心"),
    Fact(
        "ebike_charger",
        7,
        "电动自行车充电设施",
        "001",
        "在 4小区 7个点位增设电动自行车充电设施",
        "01996",
        "estate",
        "城建中心",
    ),
    Fact("old_lift", 80, "超期服役电梯", "000", "80台超期服役电梯进行改造", "01076", "estate", "城建中心"),
    Fact("new_lift", 40, "加装电梯", "000", "每年加装不少于 40 台", "01076", "estate", "城建中心"),
    Fact("fire", 30, "老旧小区消防设施", "000", "推进建设30个老旧小区消防设施", "01013", "estate", "平安办"),
    Fact("waste_house", 6, "示范型垃圾厢房", "000", "6 个示范型垃圾厢房", "03004", "estate", "绿容所"),
    Fact("recycling", 2, "高品质可回收服务点", "000", "2 个高品质可回收服务点", "03998", "estate", "绿容所"),
    Fact("colourful", 35, "缤纷社区点位", "003", "巩固35个缤纷社区点位建设成果", "05998", "estate", "自治办"),
    Fact(
        "video", 90, "智慧城管视频资源", "002", "约 90 路视频资源智能数据分析开发", "01995", "street", "综合行政执法队"
    ),
    Fact("parking_board", 83, "停车行车诱导屏", "004", "新建 83 块停车行车诱导屏", "02041", "street", "平安办"),
    Fact("water_section", 11, "水质考核断面", "004", "杨浦区 11 个市考核断面全部达标", "03997", "river", "城建中心"),
    Fact("sluice", 1, "广富林东泵闸", "002", "开展广富林东泵闸等泵闸标准化建设", "01072", "river", "城建中心"),
)

PLACES = (
    Fact("corner_park", 4, "街角公园", "000", "完成剩余 4 座区管街角公园的提升"),
    Fact("community_garden", 5, "社区花园", "000", "每年至少建设 5 座社区花园"),
    Fact("old_estate", 12, "旧住房改造", "002", "等 12 处 13 万平方米老旧小区"),
    Fact("army_estate", 4, "部队军产房", "002", "等 4 处部队军产房房屋修缮"),
    Fact("under_bridge", 3, "桥下空间", "002", "启动对通波塘茸龙路、大塔路光星路、大塔浜茸梅路等桥下空间改造"),
    Fact("village_plot", 4, "城中村地块", "002", "等 4 个地块动迁工作和项目开发建设"),
)

# Categories the national list lacks, numbered downwards from 999 in their class as local extensions are.
LOCAL_COMPONENTS = (
    ("01999", "实时信息发布屏"), ("01998", "物联感知设备"), ("01997", "低洼积水易结冰监测点"),
    ("01996", "电动自行车充电设施"), ("01995", "智慧城管视频"), ("03999", "建筑垃圾堆放点"),
    ("03998", "可回收物服务点"), ("03997", "水质考核断面"), ("05999", "应急避难场所（站）"), ("05998", "缤纷社区点位"),
)  # fmt: skip
LOCAL_MATTERS = (
    ("10999", "群租"), ("10998", "飞线充电"), ("10997", "“三合一”场所"), ("10996", "厂房仓库安全隐患"),
    ("10995", "道路积水"), ("10994", "路面塌陷"), ("10993", "燃气安全隐患"), ("10992", "消防设施缺损"),
    ("10991", "高空坠物隐患"), ("10990", "小包垃圾"), ("10989", "例行巡查"), ("10988", "工作抽查"),
)  # fmt: skip
LOCAL_CLASSES = (("01", "市政公用设施"), ("03", "市容环卫设施"), ("05", "其他管理部件"), ("10", "其他事项类"))

# Departments of 中山街道 as its plan names them: name, kind.
DEPARTMENTS = (
    ("城运中心", "center"), ("城建中心", "center"), ("自治办", "office"), ("管理办", "office"), ("发展办", "office"),
    ("党群中心", "center"), ("服务办", "office"), ("绿容所", "station"), ("党建办", "office"), ("拆违办", "office"),
    ("环保办", "office"), ("市场所", "station"), ("综合行政执法队", "squad"), ("平安办", "office"),
    ("防汛办", "office"),
    ("社事中心", "center"), ("商务区管委会", "office"), ("司法所", "station"),
)  # fmt: skip
# Maintenance firms have no names in the plans; these say what they do.
CONTRACTORS = (
    "道路养护单位",
    "环卫作业单位",
    "绿化养护单位",
    "河道养护单位",
    "照明养护单位",
    "铁路工务段",
    "高速公路养护单位",
    "物业服务企业",
)

# Which department leads for which categories (prefix of a matter's code).
LEADS = (
    ("01", "城建中心"), ("02", "城建中心"), ("03", "绿容所"), ("04", "绿容所"), ("05", "城建中心"), ("06", "绿容所"),
    ("06001", "拆违办"), ("06013", "城建中心"), ("06026", "环保办"), ("06027", "环保办"), ("06028", "环保办"),
    ("07", "绿容所"), ("08", "管理办"), ("08004", "环保办"), ("09", "综合行政执法队"), ("09012", "平安办"),
    ("09015", "市场所"), ("09020", "市场所"), ("10", "城运中心"), ("10989", "城运中心"), ("10993", "城建中心"),
    ("10995", "防汛办"), ("10996", "管理办"), ("10998", "平安办"), ("10999", "平安办"), ("10997", "平安办"),
    ("10992", "平安办"), ("10990", "绿容所"),
)  # fmt: skip


def lead_of(category: str) -> str:
    """Return the leading department of a category: the longest prefix wins."""
    return max((prefix, name) for prefix, name in LEADS if category.startswith(prefix))[1]


def facility_counts() -> dict[str, int]:
    """Return fact key → number of facility points."""
    return {fact.key: fact.count for fact in FACILITIES}
