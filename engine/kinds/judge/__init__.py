"""The kind `judge`: its rules, its page, its examples."""
