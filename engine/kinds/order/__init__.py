"""The kind `order`: its rules, its page, its examples."""
