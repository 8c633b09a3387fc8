//! The whole file: what it says, every fault in one pass, and what editors and people are told about it.

mod faults;
mod teaching;
mod values;

use std::path::Path;

use super::{
    Config, ConfigFaults, DKIM_ED25519_KEY, Environment, LINK_KEY, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY,
    SMTP_PASSWORD,
};

const JOBS_TOML: &str = include_str!("../../../jobs.toml");

fn parse(text: &str, environment: &Environment) -> Result<Config, ConfigFaults> {
    Config::parse(text, Some(Path::new("/etc/daybreak/jobs.toml")), Path::new("/etc/daybreak"), environment)
}

fn secrets() -> Environment {
    Environment::of([
        (S3_ACCESS_KEY_ID, "AKIAEXAMPLE"),
        (S3_SECRET_ACCESS_KEY, "s3cr3t"),
        (SMTP_PASSWORD, "hunter2"),
        (DKIM_ED25519_KEY, "an Ed25519 key in PEM"),
        (LINK_KEY, "0123456789abcdef0123456789abcdef"),
    ])
}

/// Every table and every key.
const FULL: &str = r##"
[database]
url = "postgres://daybreak@db.example.com/daybreak"
max_connections = 25
instance = "production"
[archive]
kind = "s3"
endpoint = "https://s3.example.com/"
public_endpoint = "https://clips.example.com"
region = "eu-central-1"
bucket = "nights"
[mail]
transport = "smtp://nights%40example.com@mail.example.com:587"
from = "nights@example.com"
from_name = "Example Monitoring"
reply_to = "support@example.com"
domain = "mail.Example.com"
max_attachment = "10MB"
bounce_address = "bounce@example.com"
ca_file = "ca.pem"
max_connections = 40
max_per_domain = 5
rate = "600/m"
domains = [{ name = "Slow.example", max_connections = 2 }, { name = "b.example", rate = "30/h" }]
dkim = { selector = "day", key_file = "keys/dkim.pem", ed25519_selector = "break" }
[bounces]
maildir = "bounces"
mbox = "/var/mail/bounces"
soft_limit = 3
soft_within = "2w"
[portal]
listen = "[::]:9000"
public_url = "https://example.com/nights"
max_feed = "500MB"
max_media = "5GB"
[brand]
name = "Example"
color = "#AABBCC"
support = "+1 555 0100"
address = "1 Example Street"
templates = "ours"
[links]
valid_for = "60d"
presigned_for = "5m"
[retention]
events = "400d"
clips = "60d"
artifacts = "52w"
sent = "90d"
access = "30d"
audit = "730d"
case_open = "365d"
copy_clips_from = ["footage.example.com", "10.0.0.5:8080", "s3:incoming/"]
copy_clips_limit = "1GB"
[[retention.branch]]
branch = "north"
events = "forever"
clips = "90d"
[watch]
listen = "127.0.0.1:9090"
[alerts]
to = "operations@example.com"
feedback = "desk@example.com"
webhook = "https://hooks.example.com/daybreak"
[[job]]
name = "north"
kind = "night-report"
schedule = "0 7 * * MON-FRI"
timezone = "Europe/Warsaw"
locations = ["armatage"]
branches = ["north", "east"]
skip_quiet = true
attach_pdf = false
catch_up = { policy = "all", max_age = "7d" }
wait_for_data = "0s"
incomplete = "hold"
deadline = "09:30"
"##;
