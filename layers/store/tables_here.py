"""Our own tables (prefix `gewu_`): settings, the flow that triggers read, journal, feed, views, packages."""

from layers.store.schema import Table, parse

TABLES = (
    Table("gewu_meta", "设置", parse("key ! 键\nvalue 值"), plain=True, unique=("key",)),
    Table(
        "gewu_flow",
        "流程",
        parse("""
        from_status ! 原状态
        to_status ! 新状态
        step ! 环节
        kinds ! 任务类型
        roles 岗位
        needs_reason boolean ! =0 须填理由
        """),
        plain=True,
        unique=("from_status, to_status, step",),
    ),
    Table(
        "gewu_journal",
        "操作日志",
        parse("""
        id integer ! 序号
        label ! 操作
        actor 操作人
        at instant ! 时间
        batch json 批次
        deltas json 变化
        undone integer ! =0 已撤销
        """),
        plain=True,
        # Nearly always empty: what the next step buries is found without reading the journal.
        indexes=("undone WHERE undone=1",),
    ),
    # The version each row had when the journal last wrote it: undo refuses a row that moved on since.
    Table(
        "gewu_touched",
        "版本",
        parse("tbl ! 表\nuuid ! 对象\nver integer 版本"),
        plain=True,
        key="tbl, uuid",
    ),
    Table(
        "gewu_feed",
        "变更",
        parse("""
        seq integer ! 序号
        tx integer 事务
        tbl ! 表
        uuid 对象
        ver integer 版本
        op ! 操作 insert|update|delete|batch
        at instant ! 时间
        by 操作人
        """),
        plain=True,
        indexes=("tbl",),
    ),
    Table("gewu_view", "常用筛选", parse("name ! 名称\nowner_table ! 对象\nfilter json ! 筛选"), plain=True),
    Table(
        "gewu_package",
        "外业包",
        parse("""
        uuid ! 编号
        name ! 名称
        holder 领用人
        out_at instant ! 发出时间
        in_at instant 收回时间
        base json 底稿
        """),
        plain=True,
        unique=("uuid",),
    ),
)
