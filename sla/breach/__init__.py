"""Broken promises: why each was broken, which are not held against anybody, and who says so."""
