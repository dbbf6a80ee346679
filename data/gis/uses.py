"""What each face of the town is used for: the nine functions of the base responsibility grids."""

import math
import random

from data.gis import plan
from data.gis.blocks import Face

SEED = 265

# Places the plans name, with their function (plan km, reach in km).
ANCHORS: tuple[tuple[str, str, float, float, float], ...] = (
    ("方塔园", "green", -1.72, -1.30, 0.16),
    ("醉白月季园", "green", -0.95, -2.32, 0.13),
    ("五龙湖滨水休闲公园", "green", 1.04, -1.02, 0.36),
    ("商务区大草坪", "green", 1.10, -0.42, 0.13),
    ("大师园", "green", 2.70, 0.35, 0.20),
    ("新城绿环中山段", "green", 2.95, 2.10, 0.30),
    ("新城绿环中山段", "green", -2.60, 2.70, 0.26),
    ("东明公园", "green", -0.20, 0.42, 0.14),
    ("府城体育公园", "green", -2.05, -3.05, 0.15),
    ("茸北绿地", "green", 0.95, 3.05, 0.16),
    ("万达广场", "commercial", 0.32, -0.42, 0.20),
    ("万达广场", "commercial", 0.78, -0.40, 0.16),
    ("茸YOUNG创意园", "commercial", 1.86, -0.78, 0.14),
    ("云间粮仓", "commercial", -0.68, -2.72, 0.12),
    ("袜子新弄", "commercial", -1.20, -1.72, 0.12),
    ("商务区中心", "commercial", 1.28, 0.02, 0.24),
    ("茸北商业中心", "commercial", -0.20, 1.92, 0.18),
    ("花桥新村", "residential", -0.10, 2.30, 0.38),
    ("沪松公路50弄地块", "construction", 0.05, -0.36, 0.0),
    ("方塔北路485弄地块", "construction", -1.62, 0.10, 0.0),
    ("沪松路21弄地块", "construction", -0.28, -0.92, 0.0),
    ("南内路地块", "construction", -1.86, -2.30, 0.0),
    ("小涨泾地块", "construction", -0.78, -1.92, 0.0),
    ("松汇东路17弄地块", "construction", -0.62, -2.42, 0.0),
    ("府城城中村地块", "construction", -1.95, -1.02, 0.0),
    ("大师园一期", "construction", 2.42, -0.30, 0.0),
    ("大塔路新建工程", "construction", 1.50, 2.92, 0.0),
    ("茸吉路新建工程", "construction", 1.85, 0.45, 0.0),
    ("松江东站", "transport", 0.20, -2.80, 0.14),
    ("茸北公交枢纽", "transport", -1.02, 1.60, 0.10),
    ("松汇路公交枢纽", "transport", -2.10, -2.62, 0.09),
    ("荣乐东路地铁站", "transport", 0.42, -0.72, 0.06),
)


def anchors(faces: list[Face]) -> list[str]:
    """Return for each face the named place it belongs to, or ""; a reach of 0 takes the one nearest face."""
    found = [""] * len(faces)
    land = [i for i, face in enumerate(faces) if not face.ribbon]
    for name, _, u, v, reach in ANCHORS:
        gap = {i: math.dist(faces[i].centre, (u, v)) for i in land if not found[i]}
        own = [i for i, distance in gap.items() if distance < reach] if reach else [min(gap, key=lambda i: (gap[i], i))]
        for i in own:
            found[i] = name
    return found


def functions(faces: list[Face], places: list[str]) -> list[str]:
    """Return the function of every face; strips of water are water, of rail and motorway transport."""
    rng = random.Random(SEED)
    waters = {line.name for line in plan.LINES if line.kind == "river"} | {"五龙湖"}
    named = {name: kind for name, kind, *_ in ANCHORS}
    schools: list[tuple[float, float]] = []
    found: list[str] = []
    for face, name in zip(faces, places, strict=True):
        draw = rng.random()
        if face.ribbon:
            found.append("water" if face.ribbon in waters else "transport")
        elif name:
            found.append(named[name])
        else:
            use = _drawn(face, draw)
            apart = min((math.hypot(face.centre[0] - x, face.centre[1] - y) for x, y in schools), default=9.0)
            if use == "residential" and apart > 0.56 and 0.018 < face.area < 0.09 and rng.random() < 0.45:
                use = "school"
                schools.append(face.centre)
            found.append(use)
    return found


def _drawn(face: Face, draw: float) -> str:
    """Draw a use from what is usual in this part of the town; neighbours tend to agree."""
    u, v = face.centre
    wave = 0.5 + 0.27 * math.sin(2.6 * u + 1.3 * v) + 0.23 * math.sin(3.1 * v - 1.7 * u + 1.0)
    busy = max(_near(v, -1.58, 0.13), _near(v, -0.60, 0.12), _near(u, 0.54, 0.10) if v < 1 else 0.0)
    mixed = 0.75 * wave + 0.25 * draw
    if face.zone == 0:
        if busy > 0.5 and draw < 0.60:
            return "commercial"
        return "green" if draw > 0.935 else "other" if draw > 0.915 else "residential"
    if face.zone == 2:
        if busy > 0.5 and draw < 0.55:
            return "commercial"
        if draw > 0.93:
            return "green"
        return "commercial" if mixed > 0.74 else "industry" if mixed < 0.17 and u > 1.9 else "residential"
    if draw > 0.95:
        return "green" if draw > 0.97 else "other"
    if draw > 0.91:
        return "commercial"
    return "residential" if mixed > 0.66 else "industry"


def _near(x: float, line: float, reach: float) -> float:
    return 1.0 if abs(x - line) < reach else 0.0
