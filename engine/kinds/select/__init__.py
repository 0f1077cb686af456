"""The kind `select`: its rules, its page, its examples."""
