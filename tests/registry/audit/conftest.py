"""A small judge of our own, so that these tests say nothing about licence texts."""

from __future__ import annotations
