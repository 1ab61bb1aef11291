#!/usr/bin/env bash
# Restores a backup of SOMABRAIN_BACKUP_DIR into a folder that is gone afterwards, the newest one unless a stamp is given, and
# folds its log there. Needs the master key. For a monthly timer.
set -euo pipefail
SOMABRAIN_BACKUP_DIR=$(realpath -m "${SOMABRAIN_BACKUP_DIR:?set it to the folder that holds the backups}")
export SOMABRAIN_BACKUP_DIR
cd "$(dirname "$0")/.."
backup=$(scripts/find-backup.sh "${1:-newest}")
exec npm run --silent somabrain -- backup test "$backup"
