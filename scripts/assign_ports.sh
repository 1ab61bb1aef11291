#!/usr/bin/env bash
# Moves every documented host port that something else has to the first free one from 30000 up: rewrites .env and ports.json.
set -euo pipefail
cd "$(dirname "$0")/.."
exec npm run --silent stack -- assign-ports "$@"
