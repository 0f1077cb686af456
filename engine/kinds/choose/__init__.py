"""The kind `choose`: its rules, its page, its examples."""
