"""Licences: SPDX expressions."""
