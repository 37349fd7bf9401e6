#!/bin/sh
# Starts the Airflow process that the first argument names; what follows goes to that process.
# Each branch ends in `exec`, so that the process is the container's own and gets SIGTERM
# itself: a worker that a shell stands before never hears it, and loses its running tasks.
set -eu

here=$(dirname "$0")

# git reads a key from a file only. User code finds it in no variable.
if [ -n "${DAGS_DEPLOY_KEY:-}" ]; then
    (umask 077 && printf '%s\n' "$DAGS_DEPLOY_KEY" > "$DAGS_DEPLOY_KEY_FILE")
    unset DAGS_DEPLOY_KEY
fi

case ${1:?"name what to start: web, scheduler, dag-processor, triggerer, worker, flower, standalone, migrate, dag-release, or a command"} in
    web)
        shift
        # The load balancer speaks for the client: its X-Forwarded headers are to be read.
        exec airflow api-server --proxy-headers "$@"
        ;;
    scheduler | dag-processor | triggerer)
        exec airflow "$@"
        ;;
    worker | flower)
        exec airflow celery "$@"
        ;;
    standalone)
        "$0" migrate
        exec python -m airflow_ecs.runtime.standalone
        ;;
    migrate)
        airflow db migrate
        python -m airflow_ecs.runtime.users
        exec airflow pools import "$here/pools.json"
        ;;
    dag-release)
        shift
        exec python -m airflow_ecs.runtime.dag_release "$@"
        ;;
    *)
        exec "$@"
        ;;
esac
