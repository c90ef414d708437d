"""The deep scan of a repository's files; `scanning.py` is the door. Nothing is loaded here: each scan starts programs of ours."""
