#!/bin/bash
# Makes the database on an empty PGDATA, then runs the server. Honours, as the official image documents them: PGDATA,
# POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS (each also as NAME_FILE), POSTGRES_HOST_AUTH_METHOD,
# and *.sh, *.sql and *.sql.gz in /docker-entrypoint-initdb.d.
set -euo pipefail

# value_of NAME DEFAULT: the variable, or the content of the file that NAME_FILE names.
value_of() {
  local file=$1_FILE
  if [ -n "${!file:-}" ]; then
    cat "${!file}"
  else
    echo "${!1:-$2}"
  fi
}

make_database() {
  local user password database file arguments method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  user=$(value_of POSTGRES_USER postgres)
  password=$(value_of POSTGRES_PASSWORD '')
  database=$(value_of POSTGRES_DB "$user")
  if [ -z "$password" ] && [ "$method" != trust ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified: set POSTGRES_PASSWORD.' >&2
    exit 1
  fi
  read -r -a arguments <<<"$(value_of POSTGRES_INITDB_ARGS '')"
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") "${arguments[@]}" -D "$PGDATA"
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

  # No network address until the database is whole.
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  export PGPASSWORD=$password
  if [ "$database" != postgres ]; then
    psql --no-password --username "$user" --dbname postgres --set name="$database" -v ON_ERROR_STOP=1 \
      <<<'CREATE DATABASE :"name"'
  fi
  # shellcheck disable=SC1090 # the user's scripts
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) . "$file" ;;
      *.sql) psql --no-password --username "$user" --dbname "$database" -v ON_ERROR_STOP=1 --file "$file" ;;
      *.sql.gz) gunzip --stdout "$file" | psql --no-password --username "$user" --dbname "$database" -v ON_ERROR_STOP=1 ;;
    esac
  done
  unset PGPASSWORD
  pg_ctl -D "$PGDATA" -m fast -w stop
}

[[ "${1:-postgres}" != -* ]] || set -- postgres "$@"
if [ "$1" = postgres ]; then
  mkdir -p "$PGDATA"
  if [ "$(id -u)" = 0 ]; then
    chown postgres:postgres "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  chmod 700 "$PGDATA" 2>/dev/null || true
  [ -s "$PGDATA/PG_VERSION" ] || make_database
fi
exec "$@"
