"""The one status machine of every task: which step leads from where to where, and what it asks for.

The table is written into the workspace (`gewu_flow`), where triggers obey it, so that QGIS does too.
Source: the national seven steps (CJJ/T 106, 扶政办〔2019〕3号) and the exceptions of design §2;
核实 verifies a report before filing, 核查 checks the result after handling.
"""

from dataclasses import dataclass

STATUSES = (
    "reported", "verified", "filed", "dispatched", "handling", "submitted",
    "checked", "closed", "suspended", "refused", "void",
)  # fmt: skip
OPEN = ("reported", "verified", "filed", "dispatched", "handling", "submitted", "checked", "suspended")
ENDED = ("closed", "refused", "void")
# In these the handling clock runs (standards §2.7: from dispatch until the department hands back).
CLOCK_RUNS = ("dispatched", "handling")
KINDS = ("case", "hotline", "hazard", "spot_check", "patrol")
SOURCES = ("patrol", "hotline", "resident", "camera", "superior", "check", "self")
PRIORITIES = ("normal", "urgent", "key")
LOOPS = ("community", "district", "street", "ward")
WORKED = "case,hotline,hazard,spot_check"
SOON = 0.2  # the last fifth of the limit is "soon overdue" (design §2)


@dataclass(frozen=True)
class Rule:
    """One allowed step. ``kinds`` and ``posts`` are comma lists; an empty ``posts`` lets anybody."""

    from_status: str
    to_status: str
    step: str
    kinds: str = WORKED
    posts: str = ""
    needs_reason: bool = False
    needs_assignee: bool = False


_DESK = "dispatcher,shift_leader"
_FORWARD = (
    Rule("reported", "verified", "verify", posts=f"{_DESK},member,grid_leader,inspector"),
    Rule("reported", "filed", "file", posts=_DESK),
    Rule("verified", "filed", "file", posts=_DESK),
    Rule("reported", "refused", "refuse", posts=_DESK, needs_reason=True),
    Rule("verified", "refused", "refuse", posts=_DESK, needs_reason=True),
    Rule("filed", "dispatched", "dispatch", posts=_DESK, needs_assignee=True),
    Rule("dispatched", "handling", "start"),
    Rule("handling", "submitted", "submit"),
    Rule("submitted", "checked", "pass", posts=f"{_DESK},inspector"),
    Rule("checked", "closed", "close", posts=_DESK),
    Rule("dispatched", "filed", "return", needs_reason=True),
    Rule("handling", "filed", "return", needs_reason=True),
    Rule("submitted", "handling", "rework", posts=f"{_DESK},inspector", needs_reason=True),
    Rule("checked", "handling", "rework", posts=f"{_DESK},inspector", needs_reason=True),
    Rule("dispatched", "suspended", "suspend", posts=_DESK, needs_reason=True),
    Rule("handling", "suspended", "suspend", posts=_DESK, needs_reason=True),
    Rule("suspended", "handling", "resume", posts=_DESK),
    *(
        Rule(status, "void", "void", posts=_DESK, needs_reason=True)
        for status in ("reported", "verified", "filed", "dispatched", "handling", "suspended")
    ),
    # 巡查 has its own short path: given to somebody, then due, walked, missed.
    Rule("reported", "dispatched", "dispatch", kinds="patrol", posts=_DESK, needs_assignee=True),
    Rule("dispatched", "closed", "walk", kinds="patrol"),
    Rule("dispatched", "void", "miss", kinds="patrol", needs_reason=True),
)
# A withdrawal is the undo of a step and is logged as a step of its own; it needs no post, because
# only the desk that did the step holds it in its journal.
_WITHDRAW = tuple(
    Rule(to, from_, "withdraw", kinds="case,hotline,hazard,spot_check,patrol")
    for from_, to in dict.fromkeys((rule.from_status, rule.to_status) for rule in _FORWARD)
)
# Steps that leave the status as it is but belong in the log.
_SAME = tuple(
    rule
    for status in OPEN
    for rule in (
        Rule(status, status, "urge", posts=_DESK),
        Rule(status, status, "supervise", posts=f"{_DESK},inspector"),
        Rule(status, status, "note", kinds="case,hotline,hazard,spot_check,patrol"),
        Rule(status, status, "withdraw", kinds="case,hotline,hazard,spot_check,patrol"),
    )
) + tuple(
    rule
    for status in ("dispatched", "handling")
    for rule in (
        Rule(status, status, "reassign", kinds="case,hotline,hazard,spot_check,patrol", needs_assignee=True),
        Rule(status, status, "extend", posts=_DESK, needs_reason=True),
    )
)
# A step taken again after its withdrawal (redo) is the same step, so the rules above already hold it.
RULES: tuple[Rule, ...] = _FORWARD + _WITHDRAW + _SAME

# What the trigger stamps when a task arrives in a status, and which counter a step raises.
STAMPS = {
    "filed": "filed_at",
    "dispatched": "dispatched_at",
    "submitted": "submitted_at",
    "checked": "checked_at",
    "closed": "closed_at",
}
COUNTERS = {"urge": "urged_n", "extend": "extended_n", "rework": "rework_n", "return": "return_n"}
# The columns of a task that say whether a step may be taken and what comes of it.
WEIGHED = ("number", "kind", "status", "priority", "assignee_uuid", "dispatched_at", "due_at", "extended_n", "last_at")

# Who sits at the desk: chosen in the window's top right corner, no account and no password.
POSTS = ("dispatcher", "shift_leader", "inspector", "grid_leader", "member")

# The order in which steps are offered; the first allowed one is the primary button.
OFFER = (
    "verify", "file", "dispatch", "start", "submit", "pass", "close", "resume", "walk",
    "rework", "return", "refuse", "reassign", "suspend", "urge", "supervise", "extend", "miss", "void",
)  # fmt: skip


def allowed(kind: str, status: str, post: str | None = None) -> tuple[Rule, ...]:
    """Return the steps a person may take on a task, in the order they are offered.

    ``post`` None means any post. Withdrawals and notes are not offered: undo makes the former.
    """
    rules = [
        rule
        for rule in RULES
        if rule.from_status == status
        and rule.step in OFFER
        and kind in rule.kinds.split(",")
        and (post is None or not rule.posts or post in rule.posts.split(","))
    ]
    if status == "reported":  # filing at once is the desk's daily way; verifying stays beside it
        rules.sort(key=lambda rule: (rule.step != "file", OFFER.index(rule.step)))
    else:
        rules.sort(key=lambda rule: OFFER.index(rule.step))
    return tuple(rules)


def find(kind: str, status: str, step: str) -> Rule | None:
    """Return the rule of a step on a task of this kind in this status, None if there is none."""
    for rule in RULES:
        if rule.from_status == status and rule.step == step and kind in rule.kinds.split(","):
            return rule
    return None
