"""What a task sees of AWS, and what a browser sees of the tasks.

`gateway.py` gives a task its credentials, its metadata and an AWS that refuses what the task's
role may not do; `balancer.py` is the load balancer.
"""
