"""What a text says: its encodings and disguises undone, what stands in it as a value."""
