"""The kind `discuss`: its rules, its page, its examples."""
