"""`airflow-ecs tasks`: looks at the revisions of task definitions, and removes old ones."""
