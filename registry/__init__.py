"""What we know: the database, the event log, search and exports."""
