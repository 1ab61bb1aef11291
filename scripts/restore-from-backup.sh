#!/usr/bin/env bash
# restore-from-backup.sh STAMP [--yes]: puts a backup of SOMABRAIN_BACKUP_DIR in the place of the data directory. Stop the server
# first. What was there is kept beside it.
set -euo pipefail
SOMABRAIN_BACKUP_DIR=$(realpath -m "${SOMABRAIN_BACKUP_DIR:?set it to the folder that holds the backups}")
export SOMABRAIN_BACKUP_DIR
cd "$(dirname "$0")/.."
backup=$(scripts/find-backup.sh "${1:?usage: restore-from-backup.sh STAMP [--yes], a stamp as backup list shows it}")
exec npm run --silent somabrain -- backup restore "$backup" "${@:2}"
