"""The kind `enter`: its rules, its page, its examples."""
