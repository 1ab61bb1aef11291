#!/usr/bin/env bash
# find-backup.sh STAMP|newest: prints where that backup is in SOMABRAIN_BACKUP_DIR.
set -euo pipefail
folder=${SOMABRAIN_BACKUP_DIR:?set it to the folder that holds the backups}
stamp=$1
if [ "$stamp" = newest ]; then
  # A folder that is no stamp is no backup, whatever lies in it.
  stamp=$(find "$folder" -mindepth 2 -maxdepth 2 -name backup.json -printf '%h\n' | sed 's|.*/||' | grep -E '^[0-9]{8}T[0-9]{9}Z$' | sort | tail -n 1 || true)
fi
if [ -z "$stamp" ] || [ ! -f "$folder/$stamp/backup.json" ]; then
  echo "There is no backup ${stamp:-at all} in $folder." >&2
  exit 1
fi
printf '%s\n' "$folder/$stamp"
