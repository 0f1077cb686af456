"""The kind `sort`: its rules, its page, its examples."""
