"""Geometry, projections, foreign geographic files and tiles; knows no store."""
