"""What is right: the standard publiccode.yml, judged without network, database or web."""
