"""What a night is: ingest, aggregate, disclose, share, and the command that runs them.

In: a configuration and a date. Out: a store. Only this room knows runners and the terminal.
"""
