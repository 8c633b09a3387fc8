# Postfix, sourced by tests/run: smtp-sink and smtp-source, which tests start themselves, and one whole mail server with
# a configuration, a queue and mailboxes of its own. No mail leaves it. Mail to an unknown user of the domain of its
# mailboxes is taken and then returned, as the servers of the world do.

postfix_home=

# Two domains: `inbox.example` has the mailboxes `keeper` and `second`; whatever is returned to `daybreak.example` is
# gathered in the mailbox `returned`. Everything else is refused within.
postfix_configuration() {
  local home=$1 port=$2 nobody
  nobody=$(id -u nobody)
  cat >"$home/etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $home/queue
data_directory = $home/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = $home/log/mail.log
maillog_file_prefixes = $home/log
myhostname = mx.inbox.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
smtpd_tls_security_level = none
default_transport = error:no mail leaves the tests
alias_maps =
alias_database =
virtual_mailbox_domains = inbox.example, daybreak.example
virtual_mailbox_base = $home/mail
virtual_mailbox_maps = inline:{ {keeper@inbox.example = keeper/} {second@inbox.example = second/} {@daybreak.example = returned/} }
virtual_uid_maps = static:$nobody
virtual_gid_maps = static:$(id -g nobody)
virtual_mailbox_limit = 0
message_size_limit = 52428800
CONF
  # Nothing in a chroot: that would want a copy of the system's libraries.
  cat >"$home/etc/master.cf" <<CONF
127.0.0.1:$port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
CONF
}

postfix_server() {
  local port home
  unset DAYBREAK_TEST_SMTP_SINK DAYBREAK_TEST_SMTP_SOURCE DAYBREAK_TEST_POSTFIX DAYBREAK_TEST_POSTFIX_MAILDIR
  if ! have smtp-sink || ! have smtp-source; then
    say 'skipped: no smtp-sink here (package postfix), so no test meets a mail server of others'
    return
  fi
  export DAYBREAK_TEST_SMTP_SINK DAYBREAK_TEST_SMTP_SOURCE
  DAYBREAK_TEST_SMTP_SINK=$(command -v smtp-sink)
  DAYBREAK_TEST_SMTP_SOURCE=$(command -v smtp-source)
  if [[ $EUID -ne 0 ]] || ! have postfix || ! id postfix >/dev/null 2>&1; then
    say "smtp-sink at $DAYBREAK_TEST_SMTP_SINK; skipped: a whole Postfix runs for root only, so no test meets a mailbox"
    return
  fi
  home=$(mktemp -d /tmp/daybreak-mx.XXXXXX) # short: a socket's path has at most 107 bytes
  postfix_home=$home
  chmod 755 "$home"
  mkdir -- "$home/etc" "$home/queue" "$home/data" "$home/log" "$home/mail"
  chown postfix "$home/data"
  for box in keeper second returned; do install -d -m 700 -o nobody -- "$home/mail/$box"; done
  for _ in 1 2 3 4; do
    port=$(ports_in_a_row 1) || return 1
    postfix_configuration "$home" "$port"
    if postfix -c "$home/etc" start >"$scratch/postfix.log" 2>&1 && listens "$port" $$ 100; then
      export DAYBREAK_TEST_POSTFIX="127.0.0.1:$port" DAYBREAK_TEST_POSTFIX_MAILDIR=$home/mail
      say "Postfix $(postconf -c "$home/etc" -h mail_version) on 127.0.0.1:$port, smtp-sink at $DAYBREAK_TEST_SMTP_SINK"
      return
    fi
    postfix -c "$home/etc" abort >/dev/null 2>&1 || true
  done
  tail -n 5 "$scratch/postfix.log" "$home/log/mail.log" 2>/dev/null || true
  return 1
}

postfix_stop() {
  local master
  [[ -n $postfix_home ]] || return 0
  master=$(tr -d ' ' <"$postfix_home/queue/pid/master.pid" 2>/dev/null || true)
  postfix -c "$postfix_home/etc" abort >/dev/null 2>&1 || true
  if [[ -n $master ]]; then kill -9 "$master" 2>/dev/null || true; fi
  rm -rf -- "$postfix_home"
  postfix_home=
}
