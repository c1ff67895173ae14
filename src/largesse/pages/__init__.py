"""The one visual design: its sheets, fonts and icons, base templates and template tags."""
