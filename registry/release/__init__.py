"""Whether software is ready to be released, by the checks of Taiwan's handbook, and the licence compliance report."""
