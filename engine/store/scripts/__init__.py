"""Texts and pictures that sessions began with; drafts, and what lies beside them."""
