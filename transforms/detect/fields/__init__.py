"""What the name of a field, a route, or the fields beside it decide about a value."""
