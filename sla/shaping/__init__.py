"""Calendars, policies and agreements as the workshop shapes them (catalog/shaping)."""
