"""Scripts and drafts."""
