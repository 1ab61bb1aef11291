#!/usr/bin/env bash
# The whole of it for development: free ports, credentials, then every part. With a container engine the server runs beside
# them, on SOMABRAIN_HOST_PORT (9999); without one the parts are processes of this machine, and the server is yours to start.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/assign_ports.sh
scripts/generate_global_env.sh
if docker info > /dev/null 2>&1 && docker compose version > /dev/null 2>&1; then
  docker compose up --detach --build --wait
  docker compose ps
else
  npm run --silent stack -- up --native
  echo
  echo 'Then: npm start'
fi
