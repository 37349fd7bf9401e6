"""Remote tasks from a Compose file.

Sources of the format: the Compose specification, and the Amazon ECS API reference for what
there is on the other side.
"""
