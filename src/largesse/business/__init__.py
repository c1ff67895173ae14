"""The business itself: its name, currency and calendar, who works in it, how it is configured."""
