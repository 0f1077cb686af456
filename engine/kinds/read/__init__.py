"""The kind `read`: its rules, its page, its examples."""
