"""Runs commands at their times: `entries` says what and when, `state` what was done, `runs` does it, `signals` lets it end."""
