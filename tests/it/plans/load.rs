//! Load: an old installation's rows, in PostgreSQL's own words, so that its planner sees what years leave behind.

use sqlx::{AssertSqlSafe, Executor, PgPool};

/// 500 sites with months of nights; then the planner's statistics are brought up to date.
pub(super) async fn months_of_nights(pool: &PgPool) {
    let site = "'load' || (i % 500 + 1)";
    let time = "timestamptz '2025-12-01' + i * interval '3 minutes'";
    let id = |what: &str| format!("md5('{what}' || i)::uuid");
    let (report, delivery) = (id("report"), id("delivery"));
    let statements = [
        "INSERT INTO branches (ref, name, digest) VALUES ('load', 'Load', '\\x00')".to_owned(),
        "INSERT INTO locations (ref, branch, name, timezone, night_from, night_to, digest) \
         SELECT 'load' || i, 'load', 'Load', 'Europe/Berlin', '18:00', '06:00', '\\x00' FROM generate_series(1, 500) i"
            .to_owned(),
        "INSERT INTO cameras (ref, location, name, digest) \
         SELECT 'cam' || i, 'load' || i, 'Door', '\\x00' FROM generate_series(1, 500) i"
            .to_owned(),
        "INSERT INTO contacts (ref, name, email, notify, digest) \
         SELECT 'load' || i, 'Keeper', 'load' || i || '@example.com', true, '\\x00' FROM generate_series(1, 500) i"
            .to_owned(),
        "INSERT INTO contact_locations (contact, location) SELECT 'load' || i, 'load' || i FROM generate_series(1, 500) i"
            .to_owned(),
        format!(
            "INSERT INTO interactions (ref, location, level, kind, started_at, notes, actions, digest) \
             SELECT 'load' || i, {site}, 1, 'Visit', {time}, 'n', '[]', '\\x00' FROM generate_series(1, 40000) i"
        ),
        format!(
            "INSERT INTO incidents (ref, location, occurred_at, kind, description, clips, digest) \
             SELECT 'load' || i, {site}, {time}, 'Theft', 'd', '[]', '\\x00' FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO clips (ref, location, recorded_at, object_key, digest) \
             SELECT 'load' || i, {site}, {time}, 'media/load' || i, '\\x00' FROM generate_series(1, 20000) i"
        ),
        format!(
            "INSERT INTO transactions (ref, location, terminal, at, currency, lines, digest) \
             SELECT 'load' || i, {site}, 't', {time}, 'USD', '[]', '\\x00' FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO activities (location, night, detections, filtered, reviewed, digest) \
             SELECT {site}, date '2025-12-01' + i / 500, 9, 8, 1, '\\x00' FROM generate_series(0, 29999) i"
        ),
        format!(
            "INSERT INTO objects (object_key, sha256, size, content_type, present, checked_at) \
             SELECT 'media/load' || i, md5(i::text), 9, 'video/mp4', true, {time} FROM generate_series(1, 20000) i"
        ),
        format!(
            "INSERT INTO runs (id, job, cause, occurrence, zone, state, started_at, finished_at) \
             SELECT {}, 'load', 'schedule', {time}, '', 'done', {time}, {time} FROM generate_series(0, 99) i",
            id("run")
        ),
        format!(
            "INSERT INTO reports (id, run, location, night, revision, state, send, attach_pdf, skip_quiet, planned_at, \
             built_at, object_key) SELECT {report}, md5('run' || i % 100)::uuid, {site}, date '2025-12-01' + i / 500, 1, \
             'built', true, true, false, {time}, {time}, 'reports/' || i FROM generate_series(0, 14999) i"
        ),
        format!(
            "INSERT INTO artifacts (report, name, content_type, start, size, sha256) \
             SELECT {report}, name, 'text/html', 1, 2, 'x' FROM generate_series(0, 14999) i, \
             unnest(ARRAY['report.json', 'clips.json', 'mail/en.html']) name"
        ),
        format!(
            "INSERT INTO deliveries (id, report, contact, name, email, language, kind, state, subject, message_id, \
             artifact, sha256, size, attempts, created_at, finished_at) \
             SELECT {delivery}, {report}, {site}, 'n', 'load' || i % 500 || '@example.com', 'en', 'report', 'sent', 's', \
             i || '@x', 'a', 'x', 9, 1, {time}, {time} FROM generate_series(0, 14999) i"
        ),
        format!(
            "INSERT INTO attempts (delivery, number, started_at, finished_at, outcome, server, reply, duration_ms) \
             SELECT {delivery}, 1, {time}, {time}, 'accepted', 's', '250', 9 FROM generate_series(0, 14999) i"
        ),
        format!(
            "INSERT INTO links (token_hash, delivery, report, kind, expires_at) \
             SELECT decode(md5(kind || i), 'hex'), {delivery}, {report}, kind, {time} FROM generate_series(0, 14999) i, \
             unnest(ARRAY['report', 'clip', 'pdf', 'incident']) kind"
        ),
        "INSERT INTO apalis.jobs (id, job, job_type, status, run_at, done_at) \
         SELECT 'load' || i, '\\x00', CASE i % 2 WHEN 0 THEN 'build' ELSE 'deliver' END, 'Done', now(), now() \
         FROM generate_series(1, 30000) i"
            .to_owned(),
        "ANALYZE".to_owned(),
    ];
    for statement in portal(site, time).into_iter().chain(statements) {
        let done = pool.execute(AssertSqlSafe(statement.clone())).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// What the report portal keeps.
fn portal(site: &str, time: &str) -> [String; 4] {
    let id = |what: &str| format!("md5('{what}' || i)::uuid");
    let report = id("report");
    [
        format!(
            "INSERT INTO views (id, at, location, person, as_what, what, subject, origin, agent, scanner) \
             SELECT {}, {time}, {site}, 'load' || i % 7 || '@example.com', 'link', 'page', 's', 'o', 'a', false \
             FROM generate_series(1, 30000) i",
            id("view")
        ),
        format!(
            "INSERT INTO incident_reports (incident, report, location) SELECT 'load' || i, {report}, {site} \
             FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO verdicts (incident, location, occurred_at, reason, at) \
             SELECT 'load' || i, {site}, {time}, 'not-a-theft', {time} FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO incident_comments (id, incident, location, at, actor, name, text) \
             SELECT {}, 'load' || i, {site}, {time}, 'user:1', 'n', 't' FROM generate_series(1, 10000) i",
            id("comment")
        ),
    ]
}
