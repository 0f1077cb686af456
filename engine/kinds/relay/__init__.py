"""The kind `relay`: its rules, its page, its examples."""
