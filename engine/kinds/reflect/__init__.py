"""The kind `reflect`: its rules, its page, its examples."""
