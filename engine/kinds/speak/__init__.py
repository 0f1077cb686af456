"""The kind `speak`: its rules, its page, its examples."""
