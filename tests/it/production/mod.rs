//! Production: the same binary on PostgreSQL, SeaweedFS and real mail servers, by configuration alone.

mod mailbox;
mod outages;
mod presigned;
mod processes;
mod story;
mod uploads;

use daybreak::config::Environment;

use crate::services::{Bucket, Rows};
use crate::support::Stage;

pub(crate) use processes::{ten_minutes_pass, want};

/// After the samples' last night has ended everywhere.
const MORNING: &str = "2026-03-18T16:00:00Z";

/// An installation within this process, at that instant.
async fn stage(rows: &Rows, bucket: &Bucket, transport: &str) -> Stage {
    let toml = format!(
        "[archive]\nkind = \"s3\"\nendpoint = \"{}\"\nbucket = \"{}\"\n\
         [mail]\ntransport = \"{transport}\"\nfrom = \"nights@daybreak.example\"\n",
        bucket.endpoint, bucket.name
    );
    let url = rows.url();
    let environment = Environment::of([
        ("DAYBREAK_DATABASE_URL", url.as_str()),
        ("DAYBREAK_S3_ACCESS_KEY_ID", bucket.key.as_str()),
        ("DAYBREAK_S3_SECRET_ACCESS_KEY", bucket.secret.as_str()),
        ("DAYBREAK_LINK_KEY", "a key of tests, which is long enough to be one"),
    ]);
    Stage::with(MORNING, &toml, &environment).await
}
