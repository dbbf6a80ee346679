"""Everything that is true without a window: the Qt-free half of Gewu."""

__version__ = "0.1.0"
