"""Spreadsheets and pages that people read; knows no store."""
