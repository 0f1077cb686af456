"""Accounts, branches and logins; and when and how people are forgotten."""
