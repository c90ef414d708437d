"""Reports as documents for the file: made from the same values as the pages."""
