"""Which column of ours a field of somebody else's table means: by its name, then by what stands in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layers.domain import cells
from layers.domain.tables import SourceField, SourceLayer

KINDS = ("grids", "roads", "places", "facilities", "tasks", "people")
TABLE = {
    "grids": "grid",
    "roads": "road_section",
    "places": "place",
    "facilities": "facility",
    "tasks": "task",
    "people": "person",
}
GEOMETRY = {"grids": "polygon", "roads": "line", "places": "polygon", "facilities": "point", "tasks": "point"}


@dataclass(frozen=True)
class Target:
    """A column that a field may be mapped to.

    ``type`` is how its cells are read: text, number, integer, instant, day, truth, degrees, a list of words
    (``word:status``), or a reference to look up by name or code (``party``, ``department``, ``grid``, ``road``,
    ``place``, ``category``). ``names`` are headings that mean it, ``more`` those that may.
    """

    column: str
    type: str
    names: tuple[str, ...]
    more: tuple[str, ...] = ()


def _targets(text: str) -> tuple[Target, ...]:
    """Return targets from lines ``column type: heading, heading … | weaker heading …``."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        head, _, names = line.strip().partition(": ")
        column, kind = head.split()
        sure, _, more = names.partition(" | ")
        found.append(Target(column, kind, tuple(sure.split(", ")), tuple(more.split(", ")) if more else ()))
    return tuple(found)


_LONLAT = """
    lon degrees: 经度, lon, lng, long, longitude, gps经度, 坐标x, point_x, 东经 | x, x坐标, xcoord
    lat degrees: 纬度, lat, latitude, gps纬度, 坐标y, point_y, 北纬 | y, y坐标, ycoord
"""
_UUID = "\n    uuid text: uuid\n"
_ROW = """
    note text: 备注, 说明, note, remark, remarks, comment, comments, bz
"""
TARGETS: dict[str, tuple[Target, ...]] = {
    "grids": _targets(
        """
    code text: 编码, 网格编码, 网格编号, 网格代码, 代码, code, grid_code, gridcode, wgbm, 行政区划代码, adcode, 编号 | id, gb, number
    name text: 名称, 网格名称, 网格名, name, name_zh, grid_name, wgmc, mc | title, label, 区名, 名字
    system text: 体系, 网格体系, system
    tier integer: 层级, 级别, tier, grid_tier
    parent text: 上级, 上级网格, 上级编码, 上级代码, 父级, parent, parent_code, parent_uuid, 上级名称, 所属上级 | 所属, 所属街道, 所属网格, 片区, parent_id
    unit_code text: 单元网格标识码, 单元网格编码, unit_code, szdywgbsm
    function word:function: 功能, 功能类型, 网格类型, 用途, 类型, function, grid_type, 用地类型 | type, landuse, kind
    level text: 管理等级, 等级, level, grade
    valid_from day: 启用日期, 生效日期, valid_from
    order_no text: 文号, 批文, order_no
    """
        + _ROW
        + _UUID
    ),
    "roads": _targets(
        """
    code text: 编码, 路段编码, 道路编码, 编号, code, road_code, ldbm | id, osm_id
    name text: 路名, 道路名称, 路段名称, 名称, name, road_name, name_zh, mc | street, label
    from_name text: 起点, 起始, 起点路口, from, from_name, from_street
    to_name text: 终点, 止点, 终点路口, to, to_name, to_street
    class word:road: 类别, 道路等级, 道路类型, 等级, class, highway, fclass, road_class, road_type | type, kind
    side word:side: 侧别, 侧, side
    cleaning_grade text: 保洁等级, 清扫等级, cleaning_grade
    custodian_uuid party: 养护单位, 养护责任方, 责任人, 保洁单位, 管护单位, custodian, custodian_uuid
    owner_uuid party: 权属单位, 产权单位, owner, owner_uuid
    state text: 状态, state, status
    """
        + _ROW
        + _UUID
    ),
    "places": _targets(
        """
    code text: 编码, 编号, 代码, code, place_code | id, osm_id
    name text: 名称, 小区名称, 场所名称, 楼宇名称, 名字, name, name_zh, mc | title, label, 小区
    aliases text: 别名, 又名, 曾用名, aliases, alias, alt_name
    class word:place: 类别, 场所类型, 类型, class, fclass, place_class, building, landuse | type, kind
    address text: 地址, 详细地址, 位置, address, addr | dz, location
    custodian_uuid party: 物业, 物业公司, 养护单位, 管理单位, custodian, custodian_uuid
    owner_uuid party: 权属单位, 产权单位, owner, owner_uuid
    """
        + _ROW
        + _UUID
    ),
    "facilities": _targets(
        """
    code text: 标识码, 部件标识码, 部件编码, 设施编码, 编码, 编号, code, glbjbsm, objcode | id, osm_id, objectid
    standard text: 分类标准, standard
    category category: 分类代码, 部件类别, 部件类型, 设施类型, 设施类别, 小类, 小类代码, 类别, category, objtype | type, kind, class, 类型
    name text: 名称, 部件名称, 设施名称, name, name_zh, objname, glbjmc, mc | title, label
    state word:state: 状态, 部件状态, 设施状态, state, status, objstate, glbjzt
    owner_uuid party: 权属单位, 权属单位名称, 产权单位, owner, owner_uuid, qsdwmc
    custodian_uuid party: 养护单位, 养护单位名称, 管护单位, 维护单位, custodian, custodian_uuid, yhdwmc
    department_uuid department: 主管部门, 主管部门名称, 主管单位, department, department_uuid, zgbmmc
    source text: 数据来源, 来源, source, sjly
    first_on day: 初始日期, 建成日期, 安装日期, first_on, csrq
    changed_on day: 变更日期, 更新日期, changed_on, bgrq
    address text: 位置, 地址, 安装位置, 详细地址, address, addr | location, dz
    """
        + _LONLAT
        + _ROW
        + _UUID
    ),
    "tasks": _targets(
        """
    title text: 标题, 任务名称, 案件名称, 事项名称, 诉求标题, 主题, title, subject, complaint_type, problem, 问题 | name, 名称, 问题类型, 事件名称
    description text: 问题描述, 描述, 诉求内容, 内容, 案件描述, 详情, 问题详情, description, descriptor, detail, details | text, 备注
    number text: 任务编号, 任务号, task_number
    source_number text: 来源编号, 工单编号, 案件编号, 热线编号, 编号, 案卷号, 受理编号, unique_key, case_id, request_id, service_request_id, source_number, ticket | id, key, number, 序号, no
    kind word:kind: 任务类型, 案件类型, kind, task_kind
    category category: 分类代码, 问题类别, 案件类别, 小类, 小类名称, 事件类别, 部件类别, 类别, category | 大类, type
    source word:source: 来源, 问题来源, 案件来源, 上报渠道, source, channel, open_data_channel_type
    reporter text: 上报人, 反映人, 诉求人, 投诉人, 来电人, 举报人, 报告人, 联系人, reporter, caller, reported_by
    reporter_phone text: 上报人电话, 联系电话, 来电号码, 电话, 手机, 联系方式, 手机号码, reporter_phone, phone, tel, mobile
    address text: 事发位置, 事发地址, 地址, 位置, 发生地址, 问题地址, 详细地址, address, incident_address | 地点, street_address
    status word:status: 状态, 案件状态, 办理状态, 处理状态, 工单状态, 当前环节, status, state
    priority word:priority: 优先级, 紧急程度, 紧急度, 缓急, priority, urgency
    loop word:loop: 闭环, 闭环层级, loop
    lead_uuid department: 主办部门, 主责部门, 责任部门, 承办部门, 承办单位, 处置部门, lead, agency_name, lead_uuid | agency, department
    assignee party: 承办人, 处置人, 责任人, 处理人, 网格员, assignee, assignee_uuid, assigned_to, handler
    reported_at instant: 上报时间, 受理时间, 发生时间, 登记时间, 来电时间, 创建时间, 提交时间, 反映时间, created_date, created_at, created, reported_at, opened, requested_datetime | date, time, 时间, 日期
    filed_at instant: 立案时间, 签收时间, filed_at
    dispatched_at instant: 派遣时间, 派单时间, dispatched_at
    due_at instant: 截止时间, 办结期限, 处置时限, 截止日期, 要求完成时间, 到期时间, due_date, due_at, due, deadline
    submitted_at instant: 处置完成时间, 反馈时间, 处置时间, submitted_at
    checked_at instant: 核查时间, 复查时间, checked_at
    closed_at instant: 结案时间, 办结时间, 完成时间, 关闭时间, 销项时间, closed_date, closed_at, closed, completed
    grid grid: 所在网格, 网格编码, 网格, 所属网格, grid_uuid, grid_code, grid
    road road: 所在路段, 路段, road_uuid
    supervised truth: 督办, 是否督办, supervised
    """
        + _LONLAT
        + _UUID
    ),
    "people": _targets(
        """
    name text: 姓名, 名字, 人员, 人员姓名, 网格员, name, full_name
    post text: 岗位, 职务, 职位, 身份, post, position, job, title
    department department: 部门, 单位, 所属部门, 所在部门, department, dept, department_uuid, unit
    team text: 小组, 班组, 队伍, 中队, team, group
    phone text: 电话, 手机, 联系电话, 联系方式, 手机号码, 手机号, phone, mobile, tel
    active truth: 在岗, 是否在岗, active
    grid grid: 网格, 网格编码, 负责网格, 责任网格, 所属网格, 管辖网格, grid, grid_code, grid_uuid
    road road: 路段, 负责路段, 责任路段, road
    role word:role: 角色, 责任, 责任类型, role, duty
    category text: 责任事项, 事项, 分类前缀, category
    from_on day: 起始日期, 上岗日期, from_on, since
    to_on day: 终止日期, to_on, until
    """
        + _ROW
        + _UUID
    ),
}


def target(as_: str, column: str) -> Target:
    """Return the target of a column; ``KeyError`` when things of this kind have none of that name."""
    for found in TARGETS[as_]:
        if found.column == column:
            return found
    raise KeyError(column)


def bare(name: str) -> str:
    """Return a heading as headings are compared: narrow, small, without blanks, marks and units in brackets."""
    return re.sub(r"[\s_\-./:：*]+", "", re.sub(r"[（(].*?[)）]", "", cells.plain(name)).casefold())


def guess(layer: SourceLayer, as_: str) -> dict[str, str]:
    """Return field -> column for the fields whose meaning is plain; each column at most once.

    First by name, the surer names before the weaker ones, then coordinates by what stands in the sample.
    A layer that brings its own shapes needs no coordinates.
    """
    targets = TARGETS[as_]
    found: dict[str, str] = {}
    free = {bare(field.name): field for field in reversed(layer.fields)}
    with_shape = bool(layer.geometry_kind)
    for wanted in ("column", "names", "more"):
        for each in targets:
            if each.column in found.values() or (with_shape and each.column in ("lon", "lat")):
                continue
            names = (each.column,) if wanted == "column" else each.names if wanted == "names" else each.more
            for name in names:
                field = free.get(bare(name))
                if field is not None and field.name not in found and _fits(layer, field, each):
                    found[field.name] = each.column
                    break
    if not with_shape and as_ in GEOMETRY and not {"lon", "lat"} <= set(found.values()):
        _coordinates(layer, as_, found)
    # The order of the file, so that a preview shows it as people know it.
    return {field.name: found[field.name] for field in layer.fields if field.name in found}


def _fits(layer: SourceLayer, field: SourceField, target: Target) -> bool:
    """Say whether the sample contradicts the guess: a number that must be and is not one, a word nobody knows."""
    if field.type == "blob":
        return False
    values = [text for row in layer.sample if (text := (row.get(field.name) or "").strip())]
    if not values or target.type in ("text", "party", "department", "grid", "road", "place", "category"):
        return True
    return sum(_reads(text, target.type) for text in values) * 2 >= len(values)


def _reads(text: str, kind: str) -> bool:
    try:
        if kind.startswith("word:"):
            cells.word(text, kind[5:])
        elif kind in ("instant", "day"):
            cells.moment(text)
        elif kind == "degrees":
            cells.degrees(text)
        elif kind == "truth":
            cells.truth(text)
        else:
            cells.number(text)
    except (ValueError, OverflowError):
        return False
    return True


def _coordinates(layer: SourceLayer, as_: str, found: dict[str, str]) -> None:
    """Find longitude and latitude by their values when their headings say nothing: degrees in China."""
    columns = {t.column for t in TARGETS[as_]}
    if "lon" not in columns:
        return
    kept = {column: field for field, column in found.items()}
    ranges = {"lon": (73.0, 136.0), "lat": (17.0, 54.5)}
    for column, (low, high) in ranges.items():
        if column in kept:
            continue
        for field in layer.fields:
            if field.name in found:
                continue
            numbers = [_number(row.get(field.name)) for row in layer.sample]
            seen = [n for n in numbers if n is not None]
            if len(seen) >= max(1, len(numbers) // 3) and all(low <= n <= high and n != int(n) for n in seen):
                found[field.name] = column
                break
    if not {"lon", "lat"} <= set(found.values()):
        for field in [f for f, column in found.items() if column in ("lon", "lat") and f not in kept.values()]:
            del found[field]


def _number(text: str | None) -> float | None:
    try:
        return cells.degrees(text or None)
    except ValueError:
        return None


def reading(mapping: Mapping[str, str], as_: str, fields: Sequence[str]) -> dict[str, str]:
    """Return column -> field of a mapping that somebody gave, checked.

    Raises ``KeyError`` with the field or column that is not there, ``ValueError`` with a column given twice.
    """
    found: dict[str, str] = {}
    for field, column in mapping.items():
        if field not in fields:
            raise KeyError(field)
        if column == "geom" or not column:
            continue
        target(as_, column)
        if column in found:
            raise ValueError(column)
        found[column] = field
    return found
