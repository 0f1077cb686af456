"""Live runs: one mailbox each, deadlines, presence, and telling whoever watches."""
