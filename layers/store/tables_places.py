"""The tables of what lies on the ground: grids and their company, sections, places, facilities."""

from layers.store.schema import Table, parse

FUNCTIONS = "residential|commercial|industry|school|green|water|transport|construction|other"

TABLES = (
    Table(
        "grid_system",
        "网格体系",
        parse("""
        code ! 代码
        name ! 名称
        kind ! =governance 类型 governance|base|party|housing|other
        area_code 行政区划代码
        main boolean ! =0 主体系
        """),
        unique=("code",),
    ),
    Table(
        "grid_tier",
        "网格层级",
        parse("""
        system ! 体系
        tier integer ! 层级
        name ! 名称
        letter 代码字母
        expected integer 计划数量
        covering boolean ! =1 铺满上级
        """),
        unique=("system, tier",),
    ),
    Table(
        "grid",
        "网格",
        parse(f"""
        system ! 体系
        tier integer ! 层级
        code ! 编码
        name 名称
        parent_uuid 上级网格
        unit_code 单元网格标识码
        function 功能类型 {FUNCTIONS}
        area_m2 real 面积（平方米）
        level 管理等级
        valid_from date 启用日期
        valid_to date 停用日期
        order_no 文号
        note 备注
        attrs json 其他属性
        """),
        geometry="MULTIPOLYGON",
        unique=("system, code WHERE valid_to IS NULL",),
        indexes=("parent_uuid", "system, tier, code WHERE valid_to IS NULL"),
    ),
    Table(
        "grid_lineage",
        "网格沿革",
        parse("""
        from_uuid 原网格
        to_uuid 新网格
        kind ! 方式 split|merge|redraw|renumber|attach
        effective_on date 生效日期
        order_no 文号
        """),
        indexes=("from_uuid", "to_uuid"),
    ),
    Table(
        "road_section",
        "路段",
        parse("""
        code 编码
        name 路名
        from_name 起点
        to_name 终点
        class 类别 main|secondary|branch|back_street|internal|rail|river|frontage
        side =both 侧别 both|left|right
        cleaning_grade 保洁等级
        custodian_uuid 养护责任方
        owner_uuid 权属责任方
        length_m real 长度（米）
        state 状态
        note 备注
        attrs json 其他属性
        """),
        geometry="MULTILINESTRING",
        indexes=("code",),
    ),
    Table(
        "place",
        "场所",
        parse("""
        code 编码
        name 名称
        aliases 别名
        class =other 类别 estate|building|green|woodland|water|market|site|under_bridge|parking|other
        address 地址
        owner_uuid 权属责任方
        custodian_uuid 养护责任方
        note 备注
        attrs json 其他属性
        """),
        geometry="MULTIPOLYGON",
        indexes=("code",),
    ),
    Table(
        "facility",
        "设施点",
        parse("""
        code 标识码
        standard 分类标准
        category 分类代码
        name 名称
        state =intact 状态 intact|damaged|lost|abandoned|removed
        place_uuid 所在场所
        owner_uuid 权属责任方
        custodian_uuid 养护责任方
        department_uuid 主管部门
        source 数据来源
        first_on date 初始日期
        changed_on date 变更日期
        address 位置
        note 备注
        attrs json 其他属性
        """),
        geometry="POINT",
        indexes=("category", "code"),
    ),
    Table(
        "placement",
        "落格",
        parse("""
        owner_table ! 所属表
        owner_uuid ! 所属对象
        system ! 体系
        grid_uuid ! 网格
        length_m real 长度（米）
        """),
        plain=True,
        key="owner_table, owner_uuid, system, grid_uuid",
        indexes=("grid_uuid, owner_table",),
    ),
)
