"""The kind `estimate`: its rules, its page, its examples."""
