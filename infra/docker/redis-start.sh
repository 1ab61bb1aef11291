#!/bin/sh
# Starts Redis with a password from REDIS_PASSWORD_FILE or REDIS_PASSWORD. It goes through a file that only this user reads:
# on a command line everybody on the host would see it.
set -eu
umask 077
if [ -n "${REDIS_PASSWORD_FILE:-}" ]; then REDIS_PASSWORD=$(cat "$REDIS_PASSWORD_FILE"); fi
: "${REDIS_PASSWORD:?is not set}"
settings=${REDIS_SETTINGS:-/tmp/redis.conf}
cat > "$settings" << END
bind ${REDIS_BIND:-* -::*}
port ${REDIS_PORT:-6379}
dir ${REDIS_DIR:-/data}
requirepass $REDIS_PASSWORD
appendonly yes
appendfsync everysec
save 900 1
save 60 10000
# What a checkpoint speaks for must not be evicted: writes are refused at the limit, and the fold waits.
maxmemory ${REDIS_MAX_MEMORY:-400mb}
maxmemory-policy noeviction
END
unset REDIS_PASSWORD
exec redis-server "$settings"
