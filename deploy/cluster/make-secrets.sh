#!/bin/sh
# Makes the files that docker-compose.yml hands out as secrets; those that are there stay as they are.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets # the files below are read by the containers' users, so the folder keeps others out

make_secret() {
    [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
    chmod 444 "secrets/$1"
}

random() {
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

make_secret api_key "$(random)"
make_secret server_secret "$(random)"
make_secret vllm_api_key "$(random)"
make_secret database_password "$(random)"
make_secret database_url "postgresql://factsheet:$(cat secrets/database_password)@postgres/factsheet"
echo "the key for clients is in $(pwd)/secrets/api_key"
