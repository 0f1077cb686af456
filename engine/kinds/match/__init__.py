"""The kind `match`: its rules, its page, its examples."""
