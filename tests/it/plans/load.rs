//! Load: an old installation's rows, in PostgreSQL's own words, so that its planner sees what years leave behind.

use sqlx::{AssertSqlSafe, Executor, PgPool};

/// Which site the row of number `i` is about, and when it was.
const SITE: &str = "'load' || (i % 500 + 1)";
const TIME: &str = "timestamptz '2025-12-01' + i * interval '3 minutes'";

const LATELY: &str = "timestamptz '2026-06-20' + i * interval '13 minutes'";

/// The id that rows of different tables have in common by their number.
fn id(what: &str) -> String {
    format!("md5('{what}' || i)::uuid")
}

/// 500 sites with months of nights; then the planner's statistics are brought up to date.
pub(super) async fn months_of_nights(pool: &PgPool) {
    // On one connection, which looks up no foreign key and explains nothing.
    let mut connection = pool.acquire().await.unwrap();
    let quiet = ["SET session_replication_role = replica", "SET auto_explain.log_min_duration = -1"];
    let quiet = quiet.map(ToOwned::to_owned).into_iter();
    for statement in
        quiet.chain(feed()).chain(nights()).chain(house()).chain(looks()).chain(said()).chain(["ANALYZE".to_owned()])
    {
        let done = connection.execute(AssertSqlSafe(statement.clone())).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    // Its settings end with it.
    connection.close().await.unwrap();
}

/// What producers sent.
fn feed() -> Vec<String> {
    vec![
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
             SELECT 'load' || i, {SITE}, 1, 'Visit', {TIME}, 'n', '[]', '\\x00' FROM generate_series(1, 40000) i"
        ),
        format!(
            "INSERT INTO incidents (ref, location, occurred_at, kind, description, clips, digest) \
             SELECT 'load' || i, {SITE}, {TIME}, 'Theft', 'd', '[]', '\\x00' FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO clips (ref, location, recorded_at, object_key, digest) \
             SELECT 'load' || i, {SITE}, {TIME}, 'media/load' || i, '\\x00' FROM generate_series(1, 20000) i"
        ),
        format!(
            "INSERT INTO transactions (ref, location, terminal, at, currency, lines, digest) \
             SELECT 'load' || i, {SITE}, 't', {TIME}, 'USD', '[]', '\\x00' FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO activities (location, night, detections, filtered, reviewed, digest) \
             SELECT {SITE}, date '2025-12-01' + i / 500, 9, 8, 1, '\\x00' FROM generate_series(0, 29999) i"
        ),
        format!(
            "INSERT INTO objects (object_key, sha256, size, content_type, present, checked_at) \
             SELECT 'media/load' || i, md5(i::text), 9, 'video/mp4', true, {TIME} FROM generate_series(1, 20000) i"
        ),
    ]
}

/// What was built of it and mailed, and the tasks of it.
fn nights() -> Vec<String> {
    let (report, delivery) = (id("report"), id("delivery"));
    vec![
        format!(
            "INSERT INTO runs (id, job, cause, occurrence, zone, state, started_at, finished_at) \
             SELECT {}, 'load', 'schedule', {TIME}, '', 'done', {TIME}, {TIME} FROM generate_series(0, 4999) i",
            id("run")
        ),
        format!(
            "INSERT INTO reports (id, run, location, night, revision, state, send, attach_pdf, skip_quiet, planned_at, \
             built_at, object_key, uses_listed) SELECT {report}, md5('run' || i % 100)::uuid, {SITE}, \
             date '2025-12-01' + i / 500, 1, 'built', true, true, false, {TIME}, {TIME}, 'reports/' || i, true \
             FROM generate_series(0, 14999) i"
        ),
        format!(
            "INSERT INTO report_uses (report, what, name) SELECT {report}, what, what || i % 5000 \
             FROM generate_series(0, 14999) i, unnest(ARRAY['object', 'contact', 'address']) what"
        ),
        format!(
            "INSERT INTO artifacts (report, name, content_type, start, size, sha256) \
             SELECT {report}, name, 'text/html', 1, 2, 'x' FROM generate_series(0, 14999) i, \
             unnest(ARRAY['report.json', 'clips.json', 'mail/en.html']) name"
        ),
        format!(
            "INSERT INTO deliveries (id, report, contact, name, email, language, kind, state, subject, message_id, \
             artifact, sha256, size, attempts, created_at, finished_at) \
             SELECT {delivery}, {report}, {SITE}, 'n', 'load' || i % 500 || '@example.com', 'en', 'report', 'sent', 's', \
             i || '@x', 'a', 'x', 9, 1, {TIME}, {TIME} FROM generate_series(0, 14999) i"
        ),
        format!(
            "INSERT INTO attempts (delivery, number, started_at, finished_at, outcome, server, reply, duration_ms) \
             SELECT {delivery}, 1, {TIME}, {TIME}, 'accepted', 's', '250', 9 FROM generate_series(0, 14999) i"
        ),
        format!(
            "INSERT INTO links (token_hash, delivery, report, kind, expires_at) \
             SELECT decode(md5(kind || i), 'hex'), {delivery}, {report}, kind, {TIME} FROM generate_series(0, 14999) i, \
             unnest(ARRAY['report', 'clip', 'pdf', 'incident']) kind"
        ),
        "INSERT INTO apalis.jobs (id, job, job_type, status, run_at, done_at) \
         SELECT 'load' || i, '\\x00', CASE i % 2 WHEN 0 THEN 'build' ELSE 'deliver' END, 'Done', now(), now() \
         FROM generate_series(1, 30000) i"
            .to_owned(),
    ]
}

/// The house's own records, most of them younger than what a sweep in the autumn removes.
fn house() -> Vec<String> {
    let (report, delivery) = (id("report"), id("delivery"));
    vec![
        format!(
            "INSERT INTO link_requests (token_hash, delivery, asked_at, told_at, handled_at) \
             SELECT decode(md5('report' || i), 'hex'), {delivery}, {LATELY}, CASE WHEN i % 500 > 0 THEN {LATELY} END, \
             CASE WHEN i % 500 > 0 THEN {LATELY} END FROM generate_series(0, 4999) i"
        ),
        format!(
            "INSERT INTO unsubscribes (contact, location, at, delivery) \
             SELECT 'was' || i, {SITE}, {LATELY}, {delivery} FROM generate_series(0, 4999) i"
        ),
        format!(
            "INSERT INTO bounces (digest, delivery, address, received_at, kind, status, diagnostic, form) \
             SELECT decode(md5(i::text), 'hex'), {delivery}, 'load' || i % 500 || '@example.com', {LATELY}, 'soft', '5.2.2', \
             'd', 'rfc3464' FROM generate_series(0, 9999) i"
        ),
        format!(
            "INSERT INTO suppressions (address, since, reason, detail, delivery, lifted_at) \
             SELECT 'load' || i % 500 || '@example.com', {LATELY}, 'hard-bounce', 'd', {delivery}, {LATELY} \
             FROM generate_series(0, 39999) i"
        ),
        format!(
            "INSERT INTO findings (kind, subject, found_at, ended_at, mail, mail_end, hook, hook_end) \
             SELECT 'mail', {delivery}, {LATELY}, {LATELY}, {delivery}, {delivery}, {delivery}, {delivery} \
             FROM generate_series(0, 9999) i"
        ),
        format!(
            "INSERT INTO alerts (id, channel, number, created_at, subject, body, state, finished_at) \
             SELECT {}, channel, i, {LATELY}, 's', '{{}}', 'sent', {LATELY} FROM generate_series(1, 40000) i, \
             (SELECT 'hook' channel) one",
            "md5(channel || i)::uuid"
        ),
        format!(
            "INSERT INTO deadlines (run, job, zone, occurrence, deadline, state) \
             SELECT {}, 'load', 'Europe/Berlin', {LATELY}, {LATELY}, 'met' FROM generate_series(0, 9999) i",
            id("promise")
        ),
        format!(
            "INSERT INTO test_mails (id, location, night, email, subject, at) \
             SELECT {}, {SITE}, date '2025-12-01', 'load' || i || '@example.com', 's', {LATELY} \
             FROM generate_series(0, 4999) i",
            id("test")
        ),
        format!(
            "INSERT INTO clip_copies (what, tried_at, tries, error) SELECT 'clip load' || i, {LATELY}, 1, 'e' \
             FROM generate_series(1, 40000) i"
        ),
        format!(
            "INSERT INTO erasures (id, masked, reason, begun_at, finished_at) SELECT {}, 'l***', 'r', {LATELY}, {LATELY} \
             FROM generate_series(0, 2999) i",
            id("erasure")
        ),
        format!(
            "INSERT INTO erasure_reports (erasure, report, at) SELECT {}, {report}, {LATELY} FROM generate_series(0, 2999) i",
            id("erasure")
        ),
        format!(
            "INSERT INTO erased_marks (mark, erasure) SELECT 'load' || i, {} FROM generate_series(0, 2999) i",
            id("erasure")
        ),
    ]
}

/// What people looked at and said.
fn looks() -> Vec<String> {
    let report = id("report");
    vec![
        format!(
            "INSERT INTO views (id, at, location, person, as_what, what, subject, origin, agent, scanner) \
             SELECT {}, {TIME}, {SITE}, 'load' || i % 7 || '@example.com', 'link', 'page', 's', 'o', 'a', false \
             FROM generate_series(1, 30000) i",
            id("view")
        ),
        format!(
            "INSERT INTO incident_reports (incident, report, location) SELECT 'load' || i, {report}, {SITE} \
             FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO verdicts (incident, location, occurred_at, reason, at) \
             SELECT 'load' || i, {SITE}, {TIME}, 'not-a-theft', {TIME} FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO incident_comments (id, incident, location, at, actor, name, text) \
             SELECT {}, 'load' || i, {SITE}, {TIME}, 'user:1', 'n', 't' FROM generate_series(1, 10000) i",
            id("comment")
        ),
    ]
}

/// What readers said and judged, and what was shared.
fn said() -> Vec<String> {
    let (feedback, judged, share, recipient) = (id("feedback"), id("judged"), id("share"), id("recipient"));
    vec![
        format!(
            "INSERT INTO feedback (id, report, location, night, subject, ref, delivery, contact, name, email, kind, words, \
             at, handled_at, told_at) SELECT {feedback}, {}, {SITE}, date '2025-12-01' + i % 200, 'interaction', \
             'load' || i, {}, 'load', 'n', 'load@example.com', (ARRAY['ours', 'call', 'wrong', 'other'])[i % 4 + 1], \
             'w', {LATELY}, CASE WHEN i % 200 > 0 THEN {LATELY} END, {LATELY} FROM generate_series(1, 20000) i",
            id("report"),
            id("delivery")
        ),
        format!(
            "INSERT INTO dispositions (id, incident, location, at, reason, actor, name, note) \
             SELECT {judged}, 'load' || i, {SITE}, {TIME}, 'not-a-theft', 'user:' || i % 500, 'n', '' \
             FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO shares (id, location, branch, actor, by_address, by_name, note, may_comment, created_at, \
             expires_at) SELECT {share}, {SITE}, 'load', 'user:1', 'load' || i % 500 || '@example.com', 'n', '', false, \
             {TIME}, {TIME} + interval '30 days' FROM generate_series(1, 10000) i"
        ),
        format!(
            "INSERT INTO share_items (share, number, incident, report) \
             SELECT {share}, 1, 'load' || i, {} FROM generate_series(1, 10000) i",
            id("report")
        ),
        format!(
            "INSERT INTO share_recipients (id, share, address, language, token_hash, letter, expires_at, revoked_at, \
             revoked_by) SELECT {recipient}, {share}, 'guest' || i % 5000 || '@example.com', 'en', \
             decode(md5('token' || i), 'hex'), {}, {TIME} + interval '30 days', \
             CASE WHEN i % 10 = 0 THEN {TIME} END, CASE WHEN i % 10 = 0 THEN 'user:' || i % 500 END \
             FROM generate_series(1, 10000) i",
            id("letter")
        ),
    ]
}
