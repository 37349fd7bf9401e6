"""What runs inside the containers: standard library only, and never Airflow itself."""
