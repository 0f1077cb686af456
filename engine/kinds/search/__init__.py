"""The kind `search`: its rules, its page, its examples."""
