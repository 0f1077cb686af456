"""The event log of every run: the contract that the host asks by, in SQL and in memory."""
