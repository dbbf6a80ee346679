"""The tables of who answers for what, and of the standards that say within which time."""

from layers.store.schema import Table, parse

PARTY = "person|team|department"

TABLES = (
    Table("department", "部门", parse("code 代码\nname ! 名称\nparent_uuid 上级部门\nkind 类型")),
    Table(
        "person",
        "人员",
        parse("""
        name ! 姓名
        post 岗位
        department_uuid 部门
        phone 电话
        active boolean ! =1 在岗
        note 备注
        """),
    ),
    Table("team", "小组", parse("name ! 名称")),
    Table(
        "team_member",
        "小组成员",
        parse("team_uuid ! 小组\nperson_uuid ! 人员"),
        unique=("team_uuid, person_uuid",),
    ),
    Table(
        "duty",
        "责任",
        parse(f"""
        party_kind ! 责任方类型 {PARTY}
        party_uuid ! 责任方
        role ! 角色 leader|full_time|part_time|building_leader|section_chief|lead|co
        grid_uuid 网格
        road_uuid 路段
        place_uuid 场所
        category 分类前缀
        from_on date 起始日期
        to_on date 终止日期
        """),
        indexes=("grid_uuid", "road_uuid", "party_uuid"),
    ),
    Table(
        "category",
        "分类",
        parse("""
        standard ! 分类标准
        kind ! 类型 component|matter
        code ! 代码
        parent_code 上级代码
        name ! 名称
        from_on date 启用日期
        to_on date 停用日期
        """),
        unique=("standard, kind, code",),
    ),
    Table(
        "category_map",
        "分类对照",
        parse("""
        from_standard ! 原标准
        from_kind ! 原类型
        from_code ! 原代码
        to_standard ! 新标准
        to_kind ! 新类型
        to_code ! 新代码
        certainty 可信度
        """),
    ),
    Table(
        "time_limit",
        "时限",
        parse("""
        standard ! 分类标准
        category_kind ! 分类类型
        category ! 分类代码
        condition_no integer =1 条件序号
        filing_condition 立案条件
        closing_condition 结案条件
        amount real ! 数量
        unit ! 单位 urgent_hour|work_hour|work_day|urgent_work_day|natural_day
        department_uuid 处置部门
        source 来源
        """),
        indexes=("category",),
    ),
    Table("calendar_day", "日历", parse("day date ! 日期\nkind ! 类型 holiday|make_up"), unique=("day",)),
    Table("work_window", "工作时段", parse("weekdays ! 星期\nopens ! 开始\ncloses ! 结束")),
)
