"""The licence audit: what is declared, what is really there, what was concluded, as of any date."""
