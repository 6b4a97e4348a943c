"""Signals: what quality rules look at, measured once in a text or a page. Numbers only; what they mean is decided by rules."""
