#!/bin/sh
# Runs a step with the Python of the image, on the project in this folder: what the DAGs import
# there is what they will find. It has the deployment's variables, no network and no credentials.
# usage: run_in_image.sh IMAGE STEP [ARGUMENT...]
set -eu

image=${1:?"name the image to run the step in"}
step=${2:?"name the step"}
shift 2

case $image in
    *.dkr.ecr.*)
        aws ecr get-login-password |
            docker login --username AWS --password-stdin "${image%%/*}" >&2
        ;;
esac

# As root, so that it may write results into the project's folder, whoever owns that.
exec docker run --rm --network none --user 0:0 \
    --volume "$PWD:/project" --workdir /project \
    --volume "$(cd "$(dirname "$0")" && pwd):/steps:ro" \
    --volume "${TOOLS:-/tmp/tools}:/tools:ro" --env PYTHONPATH=/opt/airflow-ecs:/tools \
    --env DAG_ENVIRONMENT \
    --entrypoint python "$image" "/steps/$step" "$@"
