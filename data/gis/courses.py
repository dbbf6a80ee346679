"""How a task went: the steps that lead to a status, minute by minute, as the flow of the field allows them.

A step is [step, minutes from the report, actor uuid, reason or None]; the flow itself is `layers.domain.flow`,
and the tests hold every course against it.
"""

import random
from dataclasses import dataclass, field
from typing import Any

Step = list[Any]
COUNTERS = {
    "urge": "urged_n", "supervise": "supervised", "extend": "extended_n", "rework": "rework_n", "return": "return_n",
}  # fmt: skip
RETURN_REASONS = ("不属本单位职责范围，请改派", "位置描述不清，现场未找到", "属物业管理范围，建议派居民区")
REWORK_REASONS = ("现场仍有残留，返工", "处置后照片与案件位置不符", "只清理了一部分，请继续")
EXTEND_REASONS = ("材料采购需要时间", "需与产权单位协调施工", "连续降雨，无法施工")
SUSPEND_REASONS = ("列入大中修工程，待开工", "需区级部门协调权属", "等待城中村地块动迁")
REFUSE_REASONS = ("不属本街道管辖", "现场核实无此情况", "属居民内部事务，已告知途径")
VOID_REASONS = ("重复上报", "误报", "现场已自行消除")
MISS_REASONS = ("暴雨预警，当班未出巡", "人员临时支援防汛")


@dataclass
class Course:
    """The steps so far; ``sent`` is the minute of the last dispatch, ``late`` bends the way past its limit."""

    rng: random.Random
    desk: str  # 派遣员
    leader: str  # 值班长
    checker: str  # 督查
    field_actor: str  # who handles it
    finder: str  # who verifies
    steps: list[Step] = field(default_factory=list)
    minute: int = 0
    sent: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS.values(), 0))

    def do(self, step: str, after: int, actor: str, reason: str | None = None) -> None:
        """Take a step some minutes later."""
        self.minute += max(1, after)
        self.steps.append([step, self.minute, actor, reason])
        if step == "dispatch":
            self.sent = self.minute
        if counter := COUNTERS.get(step):
            self.counts[counter] = 1 if counter == "supervised" else self.counts[counter] + 1


def _span(rng: random.Random, middle: float, wide: float = 0.7) -> int:
    """Return minutes around a middle, long-tailed as office times are."""
    return max(1, round(middle * rng.lognormvariate(0.0, wide)))


def run(course: Course, status: str, limit: int, late: bool, twist: str) -> None:
    """Lead a task to its status. ``limit`` is the handling time in minutes; ``twist`` one exception on the way.

    Twists: "", "return", "rework", "extend", "urge", "supervise", "reassign", "pause".
    """
    c, rng = course, course.rng
    if status == "reported":
        return
    if status == "refused":
        if rng.random() < 0.5:
            c.do("verify", _span(rng, 25), c.finder)
        c.do("refuse", _span(rng, 20), c.leader, rng.choice(REFUSE_REASONS))
        return
    if status == "void" and rng.random() < 0.5:
        c.do("void", _span(rng, 30), c.desk, rng.choice(VOID_REASONS))
        return
    if status == "verified" or rng.random() < 0.35:
        c.do("verify", _span(rng, 22), c.finder)
        if status == "verified":
            return
    c.do("file", _span(rng, 9), c.desk)
    if status == "void":
        c.do("void", _span(rng, 40), c.leader, rng.choice(VOID_REASONS))
        return
    if status == "filed" and twist != "return":
        return
    c.do("dispatch", _span(rng, 8), c.desk)
    if twist == "return":
        c.do("return", _span(rng, 45), c.field_actor, rng.choice(RETURN_REASONS))
        if status == "filed":
            return
        c.do("dispatch", _span(rng, 15), c.desk)
    if status == "dispatched":
        if twist == "reassign":
            c.do("reassign", _span(rng, 12), c.desk)
        return
    _handle(c, status, limit, late, twist)


def _handle(c: Course, status: str, limit: int, late: bool, twist: str) -> None:
    """Go from 待处置 through 处置 to the end."""
    rng = c.rng
    spend = limit * (rng.uniform(1.06, 1.9) if late else rng.uniform(0.18, 0.85))
    c.do("start", _span(rng, min(limit * 0.08, 90)), c.field_actor)
    if twist in ("urge", "supervise"):
        c.do(twist, _span(rng, spend * 0.1), c.leader if twist == "urge" else c.checker)
    if twist == "extend":
        c.do("extend", _span(rng, spend * 0.1), c.leader, rng.choice(EXTEND_REASONS))
    if twist == "pause" or status == "suspended":
        c.do("suspend", _span(rng, min(spend * 0.2, 600)), c.leader, rng.choice(SUSPEND_REASONS))
        if status == "suspended":
            return
        c.do("resume", _span(rng, 2880), c.desk)
    if status == "handling" and twist != "rework":
        return
    c.do("submit", max(5, round(spend - (c.minute - c.sent))), c.field_actor)
    if twist == "rework":
        c.do("rework", _span(rng, 50), c.checker, rng.choice(REWORK_REASONS))
        if status == "handling":
            return
        c.do("submit", _span(rng, 150), c.field_actor)
    if status == "submitted":
        return
    c.do("pass", _span(rng, 70), c.checker)
    if status == "checked":
        return
    c.do("close", _span(rng, 25), c.desk)
