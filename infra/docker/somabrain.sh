#!/bin/sh
# The command line inside the image: docker compose run --rm api somabrain status
exec node --disable-warning=ExperimentalWarning --import /app/scripts/compile-cache.mjs /app/scripts/somabrain.ts "$@"
