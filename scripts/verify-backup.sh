#!/usr/bin/env bash
# Checks a backup in SOMABRAIN_BACKUP_DIR byte by byte, the newest one unless a stamp is given. For a weekly timer.
set -euo pipefail
SOMABRAIN_BACKUP_DIR=$(realpath -m "${SOMABRAIN_BACKUP_DIR:?set it to the folder that holds the backups}")
export SOMABRAIN_BACKUP_DIR
cd "$(dirname "$0")/.."
backup=$(scripts/find-backup.sh "${1:-newest}")
exec npm run --silent somabrain -- backup verify "$backup"
