#!/usr/bin/env bash
# Backs the data directory up into SOMABRAIN_BACKUP_DIR, while its server runs, and removes what is older than
# SOMABRAIN_BACKUP_RETENTION_DAYS. For a daily timer, or as often as little may be lost.
set -euo pipefail
SOMABRAIN_BACKUP_DIR=$(realpath -m "${SOMABRAIN_BACKUP_DIR:?set it to the folder that holds the backups}")
export SOMABRAIN_BACKUP_DIR
cd "$(dirname "$0")/.."
exec npm run --silent somabrain -- backup create "$SOMABRAIN_BACKUP_DIR"
