"""The registry of public code: harvest, judge, keep and show publiccode.yml."""

__version__ = "0.1.0"
