"""Presidio's recognizers and the site's own, put together once per worker process."""
