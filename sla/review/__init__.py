"""A report marked as read: what was decided, and who does what until when, shown the next time."""
