"""Which values, and which patterns, are worth a search at all: cheap looks at many at once."""
