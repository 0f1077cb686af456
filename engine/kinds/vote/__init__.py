"""The kind `vote`: its rules, its page, its examples."""
