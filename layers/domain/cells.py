"""What the cell of somebody else's table means: a number, an instant, a day, one of our words; judges text only."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from layers.domain import flow
from layers.domain.clock import stamp

_YEARS = range(1900, 2201)
_SHEET_DAYS = range(10_000, 80_000)  # Excel's day numbers of 1927–2119
_SHEET_START = datetime(1899, 12, 30)  # day 0 as Excel counts from March 1900 on

_TIME = r"(?:[T日\s,]+(上午|下午|中午|凌晨|晚上|AM|PM)?\s*(\d{1,2})(?:[:时点](\d{1,2})?(?:[:分](\d{1,2}(?:[.,]\d+)?)?秒?)?分?)?\s*(AM|PM)?)?"
_ZONE = r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME + _ZONE, re.IGNORECASE
)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})" + _TIME + _ZONE, re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T\s]?(\d{2}):?(\d{2}):?(\d{2})?(?:\.\d+)?)?" + _ZONE)


def plain(text: str) -> str:
    """Return a text with full-width characters made narrow and runs of blanks made one."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def number(value: object) -> float | None:
    """Return the number a cell holds, None for none; thousands may be parted by commas.

    Raises ``ValueError`` for a text that is no number.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        found = float(value)
    else:
        text = plain(str(value)).replace("−", "-")
        if not text:
            return None
        if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
            raise ValueError(text)
        found = float(text)
    if found != found or found in (float("inf"), float("-inf")):
        raise ValueError(str(value))
    return found


_DEGREES = re.compile(
    r"([NSEWnsew东西南北]?[经纬]?)\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′分])?"
    r"\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″秒]|''))?\s*([NSEWnsew]?)"
)


def degrees(value: object) -> float | None:
    """Return a longitude or latitude: a number, or degrees, minutes and seconds (``121°29'10.5"E``).

    Raises ``ValueError`` for anything else.
    """
    if not isinstance(value, str):
        return number(value)
    text = unicodedata.normalize("NFKC", value).strip()
    found = _DEGREES.fullmatch(text)
    if not found:
        return number(value)
    before, whole, minutes, seconds, after = found.groups()
    size = int(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -size if (before + after)[:1] in "SWsw西南" and (before + after) else size


def moment(text: str) -> tuple[datetime, bool]:
    """Return what a text says of a point in time, and whether it says its zone (else the datetime is naive).

    Read are ISO 8601, ``2023/6/1 8:00``, ``2023年6月1日8时5分``, ``20230601``, ``12/10/2023 01:31:34 AM`` (month
    first, unless the first number is above 12), Excel's day numbers, and seconds since 1970 of ten or
    thirteen digits. Raises ``ValueError``.
    """
    text = plain(text)
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and int(text[:5]) in _SHEET_DAYS:
        # Excel keeps days as floats; a second is 1.2e-5 of one.
        found = _SHEET_START + timedelta(seconds=round(float(text) * 86400, 3))
        return found, False
    if re.fullmatch(r"1\d{9}|1\d{12}", text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC), True
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        year, month, day, *rest = match.groups()
        return _made(int(year), int(month), int(day), *rest)
    match = _YEAR_LAST.fullmatch(text)
    if match:
        first, second, year, *rest = match.groups()
        month, day = (second, first) if int(first) > 12 else (first, second)
        return _made(int(year), int(month), int(day), *rest)
    match = _COMPACT.fullmatch(text)
    if match:
        year, month, day, hour, minute, second, zone = match.groups()
        return _made(int(year), int(month), int(day), None, hour, minute, second, None, zone)
    raise ValueError(text)


def _made(
    year: int,
    month: int,
    day: int,
    half_cn: str | None,
    hour: str | None,
    minute: str | None,
    second: str | None,
    half: str | None,
    zone: str | None,
) -> tuple[datetime, bool]:
    if year not in _YEARS:
        raise ValueError(str(year))
    at = datetime(year, month, day)
    hours = int(hour or 0)
    said = (half or half_cn or "").upper()
    if said in ("PM", "下午", "晚上", "中午") and hours < 12 and not (said == "中午" and hours == 11):
        hours += 12
    elif said in ("AM", "上午", "凌晨") and hours == 12:
        hours = 0
    seconds = float((second or "0").replace(",", "."))
    if hours > 24 or int(minute or 0) > 59 or seconds >= 60 or (hours == 24 and (int(minute or 0) or seconds)):
        raise ValueError(f"{hour}:{minute}:{second}")
    at += timedelta(hours=hours, minutes=int(minute or 0), milliseconds=int(seconds * 1000))
    if not zone:
        return at, False
    offset = timedelta()
    if zone.upper() not in ("Z", "UTC"):
        sign = -1 if zone[0] == "-" else 1
        offset = sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return (at - offset).replace(tzinfo=UTC), True


def instant(value: object, zone: ZoneInfo) -> str | None:
    """Return a cell as a stored instant (UTC); without a zone of its own it is in ``zone``. None for an empty cell.

    Raises ``ValueError`` for what cannot be read.
    """
    if value is None or not str(value).strip():
        return None
    at, zoned = moment(str(value))
    return stamp(at if zoned else at.replace(tzinfo=zone))


def day(value: object) -> str | None:
    """Return a cell as ``YYYY-MM-DD``, None for an empty one. Raises ``ValueError`` for what cannot be read."""
    if value is None or not str(value).strip():
        return None
    at, _ = moment(str(value))
    return date(at.year, at.month, at.day).isoformat()


def truth(value: object) -> int | None:
    """Return 1 or 0 for a yes or no, None for an empty cell. Raises ``ValueError`` for anything else."""
    if value is None:
        return None
    if isinstance(value, bool | int | float):
        return int(bool(value))
    text = plain(value if isinstance(value, str) else str(value)).casefold()
    if not text:
        return None
    if text in ("1", "y", "yes", "true", "t", "是", "有", "√", "✓", "对", "在岗"):
        return 1
    if text in ("0", "n", "no", "false", "f", "否", "无", "×", "不", "离岗"):
        return 0
    raise ValueError(text)


# Words of other systems for our statuses; the words on our own chips are among them, so that a table
# copied out of the program comes back as it was.
STATUS = {
    "reported": "上报 新上报 新建 待核实 待受理 待签收 未受理 登记 open new submitted_new received unspecified created",
    "verified": "待立案 已核实 待上账 核实 triage acknowledged",
    "filed": "待派遣 待派单 待交办 立案 已立案 受理 已受理 签收 已签收 上账 已上账 registered accepted unassigned",
    "dispatched": "待处置 待整改 待办理 待反馈 待接单 待处理 已派遣 已派单 派遣 派单 已交办 交办 已转办 转办 待巡 assigned dispatched",
    "handling": "处置中 办理中 处理中 整改中 进行中 在办 处置 办理 施工中 in_progress inprogress started working wip",
    "submitted": "待核查 待复查 待回访 待检查 已处置 已整改 已反馈 已处理 反馈 整改 resolved done fixed completed_pending",
    "checked": "待结案 待办结 待销项 已核查 已复查 核查 复查 checked",
    "closed": "已结案 已办结 已销项 已完成 已关闭 结案 办结 销项 完成 完结 已完结 关闭 归档 已归档 已巡 completed complete finished closed_out",
    "suspended": "挂账 挂账中 已挂账 暂缓 挂起 中止 pending on_hold onhold deferred",
    "refused": "不予立案 不立案 不予受理 不受理 已退回 refused rejected declined denied",
    "void": "作废 已作废 撤销 已撤销 取消 已取消 void cancelled canceled duplicate withdrawn 漏巡",
}
PRIORITY = {
    "normal": "一般 普通 正常 平件 低 low medium standard 3 4 5",
    "urgent": "紧急 加急 急件 特急 高 high urgent emergency 1 2",
    "key": "重点 重要 重大 督办 critical important",
}
KIND = {
    "case": "案件 事件 部件 城管案件 网格案件",
    "hotline": "12345 热线 工单 热线工单 市民热线 投诉 诉求 complaint service_request",
    "hazard": "隐患 安全隐患 风险 消防隐患",
    "spot_check": "抽查 督查 督办 检查 spotcheck inspection",
    "patrol": "巡查 巡逻 巡检",
}
SOURCE = {
    "patrol": "巡查 网格巡查 巡查发现 网格员上报 监督员上报 巡查上报",
    "hotline": "12345 热线 市民热线 电话 投诉 phone call",
    "resident": "市民 居民 公众 随手拍 微信 市民上报 居民上报 公众举报 online mobile app web",
    "camera": "视频 监控 摄像头 视频监控 ai 智能发现 智能识别",
    "superior": "上级 上级交办 领导交办 区级交办 市级交办 转办",
    "check": "督查 检查 抽查 督办 专项检查",
    "self": "自查 自行发现 自行处置 自主发现",
}
LOOP = {
    "community": "小闭环 社区 居委 居民区 community_loop",
    "district": "中闭环 片区",
    "street": "大闭环 街道 镇",
    "ward": "区 区级 区闭环",
}
FUNCTION = {
    "residential": "居住 住宅 居民区 小区 居住类 居住区 residence housing 住宅小区",
    "commercial": "商业 商务 商贸 商业类 商务区 楼宇 商圈 business retail office",
    "industry": "工业 产业 园区 厂房 工业类 产业园区 工业园区 industrial factory",
    "school": "学校 教育 科教 文教 学校类 教育类 education",
    "green": "绿地 公园 绿化 林地 生态 绿地类 park forest",
    "water": "水域 河道 水面 水体 水系 river lake",
    "transport": "交通 道路 枢纽 站场 交通类 traffic road",
    "construction": "工地 在建 建设 待建 空地 工地类 site",
    "other": "其他 其它 综合 混合 其他类 mixed",
}
ROAD = {
    "main": "主干路 主干道 主路 快速路 主要道路 motorway trunk primary arterial expressway highway",
    "secondary": "次干路 次干道 次要道路 secondary tertiary collector",
    "branch": "支路 支道 街道 unclassified local residential street",
    "back_street": "背街 小巷 背街小巷 里弄 弄堂 巷 alley lane living_street",
    "internal": "内部道路 小区道路 内部路 service driveway",
    "rail": "铁路 轨道 railway rail",
    "river": "河 河道 河流 水系 waterway stream canal",
    "frontage": "沿街 沿街商铺 门面 商铺 shopfront",
}
SIDE = {"both": "双侧 两侧 全幅 both_sides", "left": "左 左侧 西侧 北侧", "right": "右 右侧 东侧 南侧"}
PLACE = {
    "estate": "小区 住宅小区 居住区 社区 里弄 新村 residential estate compound",
    "building": "楼栋 楼 建筑 楼宇 大厦 building house tower",
    "green": "绿地 公园 绿化 park garden grass",
    "woodland": "林地 林带 森林 wood forest",
    "water": "水面 水域 河 湖 池塘 lake pond river",
    "market": "市场 菜场 菜市场 集贸市场 农贸市场 商场 marketplace mall",
    "site": "工地 施工 在建工地 建筑工地 construction",
    "under_bridge": "桥下空间 桥下 桥孔 underbridge",
    "parking": "停车场 停车 车库 parking_lot car_park",
    "other": "其他 其它",
}
STATE = {
    "intact": "完好 正常 良好 在用 好 ok good normal active working",
    "damaged": "破损 损坏 故障 坏 损毁 broken damage faulty",
    "lost": "丢失 缺失 遗失 missing",
    "abandoned": "废弃 停用 弃用 disused unused",
    "removed": "移除 拆除 已拆除 迁移 gone demolished",
}
ROLE = {
    "leader": "网格长 组长 责任人 负责人 路长 楼长 片长",
    "full_time": "专职网格员 专职 网格员 专职人员",
    "part_time": "兼职网格员 兼职 协管员 志愿者",
    "building_leader": "楼组长 楼栋长",
    "section_chief": "路段长 段长 路管 街长",
    "lead": "主办 牵头 牵头单位 主责 责任部门 responsible",
    "co": "协办 配合 协同 协办单位 配合单位",
}
SYSTEM_KIND = {
    "governance": "治理 综合 综合治理 城运 城管",
    "base": "责任网格 基础网格 基础 单元网格 万米网格",
    "party": "党建 党建网格",
    "housing": "房屋 房管 住房 物业",
    "other": "其他 其它",
}


def _index(words: dict[str, str]) -> dict[str, str]:
    found = {_bare(other): ours for ours, others in words.items() for other in others.split()}
    found.update({_bare(ours): ours for ours in words})
    return found


def _bare(text: str) -> str:
    return re.sub(r"[\s_\-、/()（）]+", "", plain(text).casefold())


_INDEXES = {
    name: _index(words)
    for name, words in {
        "status": STATUS, "priority": PRIORITY, "kind": KIND, "source": SOURCE, "loop": LOOP, "function": FUNCTION,
        "road": ROAD, "side": SIDE, "place": PLACE, "state": STATE, "role": ROLE, "system_kind": SYSTEM_KIND,
    }.items()
}  # fmt: skip
assert set(STATUS) == set(flow.STATUSES)


def word(value: object, words: str) -> str | None:
    """Return our word for a cell, None for an empty one; ``words`` names the list: ``status``, ``road`` …

    Raises ``ValueError`` for a word that is not known.
    """
    if value is None or not str(value).strip():
        return None
    index = _INDEXES[words]
    bare = _bare(str(value))
    if bare in index:
        return index[bare]
    # "01 主干路", "主干路(二级)": a known word of two or more characters that stands within.
    inside = [other for other in index if len(other) > 1 and not other.isascii() and other in bare]
    if inside:
        return index[max(inside, key=len)]
    raise ValueError(str(value))
