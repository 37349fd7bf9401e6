"""The resources of the deployment, one component a file."""
