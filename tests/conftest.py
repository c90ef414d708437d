"""What holds for all tests."""

import gc


def pytest_collection_finish() -> None:
    """Takes the thousands of collected tests out of the sight of the garbage collector, which else walks them again and again.

    A third of the time of many small tests went into that.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
