"""The tables of what somebody must do: tasks, their record, photos, plans, check lists, patrols."""

from layers.domain import flow
from layers.store.schema import Table, parse
from layers.store.tables_people import PARTY

_OPEN, _RUNNING = (", ".join(f"'{status}'" for status in names) for names in (flow.OPEN, flow.CLOCK_RUNS))
# The order of the task table: what runs comes first, by what is left; then what has not started; then what has ended.
LEFT = (
    f"CASE WHEN status IN ({_RUNNING}) THEN 0 WHEN status IN ({_OPEN}) THEN 1 ELSE 2 END",
    "coalesce(due_at, reported_at)",
)
_TABLES = "grid|road_section|place|facility|task|person|department|plan_item|check_result|patrol_run"

TABLES = (
    Table(
        "task",
        "任务",
        parse(f"""
        number 任务编号
        kind ! =case 任务类型 {"|".join(flow.KINDS)}
        title ! 标题
        description 问题描述
        standard 分类标准
        category_kind 分类类型 component|matter
        category 分类代码
        source =self 来源 {"|".join(flow.SOURCES)}
        source_number 来源编号
        reporter 上报人
        reporter_phone 上报人电话
        address 事发位置
        placed ! =map 落点方式 map|gps|address|learned|import|none
        grid_uuid 所在网格
        road_uuid 所在路段
        place_uuid 所在场所
        facility_uuid 关联设施
        loop =community 闭环层级 {"|".join(flow.LOOPS)}
        status ! =reported 状态 {"|".join(flow.STATUSES)}
        priority ! =normal 优先级 {"|".join(flow.PRIORITIES)}
        lead_uuid 主办部门
        assignee_kind 承办方类型 {PARTY}
        assignee_uuid 承办方
        reported_at instant 上报时间
        filed_at instant 立案时间
        dispatched_at instant 派遣时间
        due_at instant 截止时间
        submitted_at instant 处置完成时间
        checked_at instant 核查时间
        closed_at instant 结案时间
        limit_uuid 适用时限
        urged_n integer ! =0 催办次数
        supervised boolean ! =0 督办
        extended_n integer ! =0 延期次数
        rework_n integer ! =0 返工次数
        return_n integer ! =0 回退次数
        exempt boolean ! =0 超期豁免
        duplicate_of 重复于
        site_uuid 复发点
        parent_uuid 上级任务
        plan_item_uuid 重点任务
        run_uuid 巡查
        last_step 最近环节
        last_by 最近经办
        last_reason 最近理由
        last_at instant 最近时间
        attrs json 其他属性
        """),
        geometry="POINT",
        unique=("number", "source, source_number WHERE source_number IS NOT NULL"),
        indexes=(
            "status, due_at, dispatched_at",
            # By the number, which no step changes: a task in the tray must not move in its index with every step.
            "number WHERE geom IS NULL",
            "grid_uuid",
            "assignee_uuid",
            "reported_at",
        ),
        orders=(("left", f"{LEFT[0]}, {LEFT[1]}, number"),),
    ),
    Table(
        "task_sketch",
        "任务草图",
        parse("task_uuid ! 任务\nlabel 标注"),
        geometry="GEOMETRY",
        indexes=("task_uuid",),
    ),
    Table(
        "patrol_track",
        "巡查轨迹",
        parse("""
        run_uuid 巡查
        person_uuid 人员
        started_at instant 开始时间
        ended_at instant 结束时间
        source 来源
        """),
        geometry="MULTILINESTRING",
    ),
    Table(
        "task_party",
        "任务相关方",
        parse(f"""
        task_uuid ! 任务
        role ! 角色 lead|co|informed
        party_kind ! 类型 {PARTY}
        party_uuid ! 相关方
        """),
        indexes=("task_uuid",),
    ),
    Table(
        "suspension",
        "挂账",
        parse("""
        task_uuid ! 任务
        from_at instant ! 起始时间
        to_at instant 终止时间
        reason 理由
        approved_by 批准人
        """),
        indexes=("task_uuid",),
    ),
    Table(
        "task_log",
        "办理记录",
        parse("""
        task_uuid ! 任务
        seq integer ! 序号
        at instant ! 时间
        actor_uuid 经办人
        step ! 环节
        from_status 原状态
        to_status ! 新状态
        reason 理由
        detail json 明细
        prev_hash 前链
        hash 链
        """),
        versioned=False,
        unique=("task_uuid, seq",),
    ),
    Table(
        "media",
        "照片与附件",
        parse(f"""
        owner_table ! 所属表 {_TABLES}
        owner_uuid ! 所属对象
        stage ! =report 环节 report|before|after|check|document
        name 文件名
        mime 类型
        sha256 ! 摘要
        taken_at instant 拍摄时间
        lon real 经度
        lat real 纬度
        thumb blob 缩略图
        """),
        indexes=("owner_uuid", "sha256"),
    ),
    Table(
        "media_blob",
        "附件内容",
        parse("sha256 ! 摘要\nbytes blob ! 内容"),
        plain=True,
        unique=("sha256",),
    ),
    Table(
        "site",
        "复发点",
        parse("""
        standard 分类标准
        category_kind 分类类型
        category 分类代码
        lon real ! 经度
        lat real ! 纬度
        radius_m real ! =50 半径（米）
        first_at instant 首次
        last_at instant 最近
        count integer ! =1 次数
        """),
    ),
    Table(
        "known_place",
        "已知地点",
        parse("text ! 地址文字\nlon real ! 经度\nlat real ! 纬度\nby 落点人\nat instant 时间"),
        plain=True,
        unique=("text",),
    ),
    Table(
        "register_def",
        "台账项目",
        parse("""
        name ! 名称
        owner_table ! 所属表
        filter 筛选
        kind ! 类型 yes_no|expiry|value
        target real 目标
        """),
    ),
    Table(
        "register_value",
        "台账登记",
        parse("def_uuid ! 项目\nowner_uuid ! 对象\nvalue 值\non date 日期\nevidence 依据"),
        indexes=("def_uuid, owner_uuid",),
    ),
    Table(
        "ledger_def",
        "清单",
        parse("name ! 名称\nof ! 对象\nopens 列入条件\ncloses 销项条件"),
    ),
    Table(
        "plan_item",
        "重点任务",
        parse("""
        source ! 来源
        number 序号
        class 分类
        item ! 任务
        content 内容
        year integer 年度
        lead_uuid 牵头部门
        text_progress 进展
        """),
    ),
    Table(
        "plan_measure",
        "重点任务指标",
        parse("""
        item_uuid ! 重点任务
        name ! 名称
        unit 单位
        target real 目标
        stages json 阶段目标
        rule 完成规则
        """),
        indexes=("item_uuid",),
    ),
    Table("check_list", "检查表", parse("name ! 名称\nbound_to 适用对象\nyear integer 年度")),
    Table(
        "check_item",
        "检查项",
        parse("list_uuid ! 检查表\nno integer ! 序号\ntext ! 内容\nkind ! =yes_no 类型\nphoto boolean ! =0 须拍照"),
        indexes=("list_uuid",),
    ),
    Table(
        "check_result",
        "检查结果",
        parse(f"""
        list_uuid ! 检查表
        item_uuid 检查项
        owner_table ! 所属表 {_TABLES}
        owner_uuid ! 对象
        on date ! 日期
        result ! 结果 pass|fail|none
        score real 得分
        note 备注
        """),
        indexes=("owner_uuid",),
    ),
    Table(
        "patrol_plan",
        "巡查计划",
        parse(f"""
        name ! 名称
        party_kind 责任方类型 {PARTY}
        party_uuid 责任方
        route json 路线
        times_per_day integer =1 每日次数
        recurrence 周期
        """),
    ),
    Table(
        "checkpoint",
        "打卡点",
        parse("plan_uuid ! 巡查计划\nlon real ! 经度\nlat real ! 纬度\nradius_m real ! =30 半径（米）"),
        indexes=("plan_uuid",),
    ),
    Table(
        "patrol_run",
        "巡查",
        parse("plan_uuid ! 巡查计划\ndue_at instant 应巡时间\ndone_at instant 完成时间\ncovered real 覆盖率"),
        indexes=("plan_uuid",),
    ),
)
