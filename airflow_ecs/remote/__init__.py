"""What DAG code imports: boto3 and Airflow only, never Pulumi."""
