"""What data is: classes, Arrow schemas, configuration, policy, manifests.

In: the project's own YAML (formats, tables, policies, vendors). Out: facts that code reads.
No Beam here, and no I/O beyond that YAML.
"""
