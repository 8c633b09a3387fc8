# PostgreSQL, sourced by tests/run: a throw-away cluster.

cluster=
pg_bin=

as_postgres() {
  if [[ $EUID -eq 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi
}

find_postgres() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin | sort -rV) \
    "$(dirname -- "$(command -v initdb || echo /nowhere/initdb)")"; do
    if [[ -x $dir/initdb && -x $dir/pg_ctl ]]; then
      printf '%s\n' "$dir"
      return
    fi
  done
}

# A PostgreSQL of our own on a free loopback port, gone with this run.
postgres() {
  local password port
  unset DAYBREAK_TEST_POSTGRES_URL DAYBREAK_TEST_POSTGRES_BIN
  pg_bin=$(find_postgres)
  if [[ -z $pg_bin ]]; then
    say 'skipped: no PostgreSQL here, so the tests run on SQLite only'
    return
  fi
  if [[ $EUID -eq 0 ]] && { ! have runuser || ! id postgres >/dev/null 2>&1; }; then
    say 'skipped: PostgreSQL does not run as root and there is no user postgres'
    return
  fi
  cluster=$(mktemp -d /tmp/daybreak-pg.XXXXXX) # short: a socket's path has at most 107 bytes
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s\n' "$password" >"$cluster/password"
  if [[ $EUID -eq 0 ]]; then chown -R postgres "$cluster"; fi
  (cd / && as_postgres "$pg_bin/initdb" -D "$cluster/data" -U daybreak --pwfile="$cluster/password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C --no-sync) >"$scratch/initdb.log" 2>&1 || { cat "$scratch/initdb.log"; return 1; }
  for _ in 1 2 3 4 5 6 7 8; do # another run may take the same port: then the server says so, and the next is tried
    port=$(ports_in_a_row 1) || return 1
    if (cd / && as_postgres "$pg_bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -t 60 -o \
      "-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$cluster -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
      start) >/dev/null 2>&1; then
      export DAYBREAK_TEST_POSTGRES_URL="postgres://daybreak:$password@127.0.0.1:$port/postgres"
      export DAYBREAK_TEST_POSTGRES_BIN=$pg_bin # for tests that stop and start one of their own
      say "$("$pg_bin/postgres" --version) on 127.0.0.1:$port"
      return
    fi
  done
  tail -n 5 "$cluster/log"
  return 1
}

postgres_stop() {
  [[ -n $cluster ]] || return 0
  (cd / && as_postgres "$pg_bin/pg_ctl" -D "$cluster/data" -m immediate -w stop) >/dev/null 2>&1 || true
  rm -rf -- "$cluster"
  cluster=
}
