#!/bin/sh
# Back the database up: `deploy/backup.sh FOLDER`. The connection comes from libpq's variables
# (PGHOST, PGDATABASE, PGUSER, PGPASSFILE).
# The key file is NOT in it, on purpose: keep it elsewhere, or a thief of backups has both halves.
set -eu
folder=${1:?the folder to write to}
umask 077
name="$folder/point-ecoute-$(date -u +%Y%m%dT%H%M%SZ).dump"
pg_dump --format=custom --file="$name.part"
mv "$name.part" "$name"
echo "$name"
