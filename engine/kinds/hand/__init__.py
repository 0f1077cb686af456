"""The kind `hand`: its rules, its page, its examples."""
