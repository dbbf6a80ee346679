"""Runs inside QGIS (``qgis --code``): opens a workspace, draws it once, and says when (`time.time`) it was drawn.

The workspace, the file for the answer and the picture come in the environment, GEWU_BENCH_OPEN, _DRAWN and _PICTURE.
QGIS asks which of a file's layers to load when it gets one on its command line, so the five that Gewu draws are added
here, each with the style that the workspace holds for it.
"""

import os
import time

from qgis.core import QgsProject, QgsSettings, QgsVectorLayer
from qgis.utils import iface

LAYERS = ("grid", "place", "road_section", "facility", "task")  # the last one on top


def drawn() -> None:
    """Note the moment when all layers are in the picture, keep the profile for the next launch, and end."""
    if len(canvas.layers()) != len(LAYERS):
        return
    moment = time.time()
    canvas.mapCanvasRefreshed.disconnect(drawn)
    canvas.grab().save(os.environ["GEWU_BENCH_PICTURE"])
    with open(os.environ["GEWU_BENCH_DRAWN"], "w", encoding="ascii") as file:
        file.write(str(moment))
    QgsSettings().sync()
    os._exit(0)  # closing with layers brings QGIS 3.22 down now and then; it is not what is measured


canvas = iface.mapCanvas()
canvas.mapCanvasRefreshed.connect(drawn)
canvas.freeze(True)
added = [QgsVectorLayer(f"{os.environ['GEWU_BENCH_OPEN']}|layername={name}", name, "ogr") for name in LAYERS]
for layer in added:
    if not layer.isValid():
        raise RuntimeError(layer.name())
QgsProject.instance().setCrs(added[0].crs())
QgsProject.instance().addMapLayers(added)
canvas.setExtent(added[0].extent())
canvas.freeze(False)
canvas.refresh()
