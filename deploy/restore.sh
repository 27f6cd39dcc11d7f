#!/bin/sh
# Restore a backup into an EMPTY database: `deploy/restore.sh DUMP`. The connection comes from
# libpq's variables. Then bring the tables up and check: `point-ecoute migrate`, `point-ecoute check`.
set -eu
dump=${1:?the backup to restore}
tables=$(psql --tuples-only --no-align --command \
    "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
if [ "$tables" != 0 ]; then
    echo "the database has tables already: nothing was changed" >&2
    exit 2
fi
pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="${PGDATABASE:?}" "$dump"
echo "restored; now run: point-ecoute migrate && point-ecoute check"
