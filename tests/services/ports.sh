# Ports for servers of our own, sourced by tests/run: all below the range that the kernel hands out by itself.

# The first of so many ports in a row, of which none is taken as yet. Another run may take one a moment later: whoever
# asks starts its server, and asks again where that fails.
ports_in_a_row() {
  local count=$1 first offset
  for _ in {1..50}; do
    first=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    for ((offset = 0; offset < count; offset++)); do
      if (exec 3<>"/dev/tcp/127.0.0.1/$((first + offset))") 2>/dev/null; then continue 2; fi
    done
    printf '%s\n' "$first"
    return
  done
  return 1
}

# Waits until somebody listens on a port, as long as the process lives: so many tenths of a second at most.
listens() {
  local port=$1 pid=$2 tenths=$3
  while ((tenths-- > 0)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
