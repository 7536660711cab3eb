"""The fuzzer of detection: what must hold of any text (`properties`), texts made from bytes
(`made`), and a loop that looks for one of which it does not hold (`make fuzz`). What it finds is
kept in `cases/` and looked at again by every `make test`.
"""
