#!/bin/sh
# Builds the image with the labels of its build, pushes it to ECR, and prints its digest's
# reference on the last line.  usage: build_image.sh REPOSITORY_URL CONTEXT DOCKERFILE PLATFORM
set -eu

repository=${1:?"name the ECR repository to push to"}
context=${2:-.}
dockerfile=${3:-docker/Dockerfile}
platform=${4:-linux/amd64}

number=${CODEBUILD_BUILD_NUMBER:-0}
commit=${CODEBUILD_RESOLVED_SOURCE_VERSION:-$(git -C "$context" rev-parse HEAD)}

# A tag of the repository can't be pushed twice, and a commit can be built twice.
image=$repository:build-$number-$(printf %.12s "$commit")

if [ ! -f "$context/$dockerfile" ]; then
    echo "There is no file $dockerfile in $context; name the Dockerfile inside the context." >&2
    exit 1
fi

aws ecr get-login-password |
    docker login --username AWS --password-stdin "${repository%%/*}" >&2

docker build "$context" \
    --file "$context/$dockerfile" \
    --platform "$platform" \
    --build-arg LABEL_BUILD_NUMBER="$number" \
    --build-arg SOURCE_VERSION="$commit" \
    --tag "$image" >&2
docker push "$image" >&2
docker inspect --format '{{index .RepoDigests 0}}' "$image"
