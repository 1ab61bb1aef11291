#!/usr/bin/env bash
# Writes what docker compose needs and is not there yet; what is there stays.
#   generate_global_env.sh                development credentials, a master key and a signing key into .env
#   generate_global_env.sh --production   drawn secrets into ./secrets, one file each, and the id of the log's cluster into .env
set -euo pipefail
cd "$(dirname "$0")/.."
umask 077

draw() { head -c "$1" /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }
key() { head -c 32 /dev/urandom | base64; }

# setting NAME VALUE: a line of .env, unless the name has one.
setting() {
  touch .env
  grep -q "^$1=" .env || printf '%s=%s\n' "$1" "$2" >> .env
}

# secret NAME VALUE: a file of its own. A container's user is not this one, so the file is readable and the folder is not.
secret() {
  [ -e "secrets/$1" ] && return
  printf '%s' "$2" > "secrets/$1"
  chmod 0444 "secrets/$1"
}

case "${1:-}" in
  '')
    setting POSTGRES_USER soma
    setting POSTGRES_PASSWORD soma_dev_pass
    setting REDIS_PASSWORD soma_dev_pass
    setting SOMABRAIN_API_TOKEN dev-token
    setting SOMABRAIN_MASTER_KEY "$(key)"
    setting SOMABRAIN_SIGNING_KEY "$(key)"
    setting KAFKA_EXTERNAL_HOST localhost
    echo 'Development credentials are in .env; production mode refuses them.'
    ;;
  --production)
    mkdir -p secrets
    # An id must not begin with a dash, as text from the alphabet of URLs may.
    setting KAFKA_CLUSTER_ID "S$(draw 16 | cut -c 2-22)"
    setting POSTGRES_USER somabrain
    secret postgres_password "$(draw 24)"
    secret redis_password "$(draw 24)"
    secret api_token "$(draw 32)"
    secret master_key "$(key)"
    secret signing_key "$(key)"
    user=$(sed -n 's/^POSTGRES_USER=//p' .env)
    secret postgres_dsn "postgresql://$user:$(cat secrets/postgres_password)@postgres:5432/somabrain"
    secret redis_url "redis://:$(cat secrets/redis_password)@redis:6379"
    secret redis_exporter.json "{\"redis://redis:6379\": \"$(cat secrets/redis_password)\"}"
    echo 'Secrets are in ./secrets. Keep copies of secrets/master_key and secrets/signing_key elsewhere: without the one nothing stored can be read, with another of the other what was signed no longer verifies.'
    ;;
  *)
    echo 'usage: generate_global_env.sh [--production]' >&2
    exit 2
    ;;
esac
