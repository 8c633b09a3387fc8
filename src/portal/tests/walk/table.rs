//! Table: every route, whose the things are that it shows or changes, and what a request for one looks like.
//!
//! A route that is not in it, and a line of it that is no route any more, fail a test.

use axum::http::Method;

use crate::portal::plan;

/// Whose a route's things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// A branch's: for those of another branch they are not there.
    Branch,
    /// The installation's: for those whose role they are not they are forbidden.
    House,
    /// Lists of what is one's own.
    List,
    /// One's own self.
    Own,
    /// Whoever's token stands in the address.
    Token,
    /// Nobody's in particular.
    Open,
}

/// A route, and the query (`?…`), form or JSON of a request that would work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) whose: Whose,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) more: &'static str,
}

impl Line {
    pub(super) fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// Whose, method, address, and what more a request has.
const TABLE: &str = r#"
branch GET /account ?branch={branch}
branch GET /account/brand ?branch={branch}
branch POST /account/brand branch={branch}&name=New&then=preview
branch POST /account/brand/logo branch={branch}
branch POST /account/brand/logo/remove branch={branch}
branch POST /account/brand/remove branch={branch}
branch GET /account/contacts ?branch={branch}
branch POST /account/contacts branch={branch}&contact={contact}&email=new@example.com&notify=yes
branch GET /account/domains ?branch={branch}
branch POST /account/domains branch={branch}&domain=example.org&rule=block
branch POST /account/domains/remove branch={branch}&domain=example.org
branch POST /account/domains/proof branch={branch}&prove=1
branch GET /account/users ?branch={branch}
house POST /account/users email={new}@example.com&name=New&role=staff
house POST /account/users/{id} role=staff
house POST /account/users/{id}/{verb}
house GET /audit
house GET /audit.csv
branch GET /desk/contact ?ref={contact}&location={location}
branch POST /desk/contact ref={contact}&location={location}&email=new@example.com&reason=r
house GET /desk
branch GET /desk/location ?ref={location}
house GET /desk/feedback
branch GET /desk/feedback/{id}
branch POST /desk/feedback/{id} reply=seen
house GET /desk/mails
branch GET /desk/mails/{id}
branch GET /desk/mails/{id}/html
branch GET /desk/mails/{id}/resend
branch POST /desk/mails/{id}/resend sure=yes
branch GET /desk/mails/{id}/source
branch GET /desk/mails/{id}/text
branch POST /desk/mails/{id}/withdraw reason=r
branch GET /desk/night ?location={location}&night={night}
branch POST /desk/regenerate location={location}&night={night}&reason=r
branch GET /desk/reports/{id}
branch GET /desk/reports/{id}/artifact ?name=report.json
branch GET /desk/reports/{id}/clip/{number}
branch GET /desk/reports/{id}/difference
branch GET /desk/reports/{id}/events
branch GET /desk/reports/{id}/photo/{number}
branch GET /desk/reports/{id}/send
branch POST /desk/reports/{id}/send to=all
branch POST /desk/reports/{id}/test
branch POST /desk/resend-failed location={location}&night={night}
branch GET /incidents/{incident}
branch GET /incidents/{incident}/clip/{number}
branch GET /incidents/{incident}/photo
open GET /incidents/{incident}/request
open POST /incidents/{incident}/request address=zoe@example.com&name=Zoe
branch GET /incidents/{incident}/share
branch POST /incidents/{incident}/share once={new}&incident={incident}&addresses=zoe@example.com&days=7
list GET /locations
branch GET /locations/{location}
branch GET /locations/{location}/access
branch GET /locations/{location}/access.csv
branch GET /locations/{location}/incidents
branch GET /locations/{location}/incidents.csv
branch GET /locations/{location}/incidents.pdf
branch GET /locations/{location}/incidents/{incident}
branch POST /locations/{location}/incidents/{incident}/comments text=mine&fresh={new}
branch GET /locations/{location}/incidents/{incident}/pdf
branch POST /locations/{location}/judge incident={incident}&reason=not-a-theft&tab=one
branch GET /locations/{location}/nights
branch GET /locations/{location}/nights/{night}
branch GET /locations/{location}/nights/{night}/pdf
branch GET /locations/{location}/recent.csv
branch GET /locations/{location}/recent.pdf
branch GET /locations/{location}/report.pdf
own GET /me
own POST /me/language locale=de
own POST /me/password password=short
own GET /me/second-factor
own POST /me/second-factor code=1&sealed=x
own POST /me/second-factor/remove code=1
own POST /me/sessions/end session={session}
own POST /me/sessions/end-others
branch GET /locations/{location}/share ?tab=all
branch POST /locations/{location}/share incident={incident}
branch GET /media/{location}/{incident}/clip/{number}
branch GET /media/{location}/{incident}/photo
house GET /operations
house GET /operations/events
house GET /operations/job ?name=morning
house GET /operations/list ?what=held
house POST /operations/lift address=nobody@example.com
house POST /operations/pause job=morning
house POST /operations/release report={report}
house POST /operations/resume job=morning
house POST /operations/run job=morning
house GET /operations/runs/{id}
list GET /requests
branch POST /requests/links/{hash}
branch POST /requests/{id} answer=grant&days=7
list GET /shares
branch GET /shares/{id}
branch POST /shares/{id} what=end&days=7
own POST /sign-out
list GET /suspicious
branch GET /whitelist ?location={location}
branch POST /whitelist location={location}&addresses=zoe@example.com
branch POST /whitelist/{id} what=end&days=7
token GET /c/{token}
token GET /d/{token}
token POST /d/{token} answer=neither
token GET /i/{token}
token GET /i/{token}/clip/{number}
token GET /i/{token}/photo
token GET /i/{token}/share
token POST /i/{token}/share once={new}&incident={incident}&addresses=&days=7
token GET /i/{token}/shares/{id}
token POST /i/{token}/shares/{id} what=end&days=7
token GET /p/{token}
token GET /r/{token}
token GET /r/{token}/clip/{number}
token GET /r/{token}/feedback ?event=e1
token POST /r/{token}/feedback event=e1&kind=ours
token GET /r/{token}/pdf
token GET /r/{token}/photo/{number}
token GET /r/{token}/revisions
token GET /s/{token}
token POST /s/{token}/comment item=1&text=mine
token POST /s/{token}/request
token GET /s/{token}/{item}/clip/{number}
token GET /s/{token}/{item}/photo
token GET /u/{token}
token POST /u/{token}
token POST /new-link/{token}
token GET /sign-in/link/{token}
token POST /sign-in/link/{token}
open GET /
open GET /brand/{file}
open GET /healthz
open GET /assets/{name}
open GET /sign-in
open POST /sign-in address=zoe@example.com
open GET /sign-in/code
open POST /sign-in/code address=zoe@example.com&code=1
open GET /sign-in/openid
open GET /sign-in/openid/back
open POST /sign-in/new-password address=zoe@example.com
open POST /sign-in/password address=zoe@example.com&password=x
open POST /sign-in/second code=1
open GET /api/v1/openapi.json
own GET /api/v1/me
own GET /api/v1/me/sessions
own POST /api/v1/me/sessions/end-others
own POST /api/v1/me/sessions/{session}/end
own POST /api/v1/me/language {"locale":"de"}
own POST /api/v1/me/password {"password":"short"}
own GET /api/v1/me/second-factor
own POST /api/v1/me/second-factor/begin
own POST /api/v1/me/second-factor/confirm {"sealed":"x","code":"1"}
own POST /api/v1/me/second-factor/remove {"code":"1"}
own GET /api/v1/me/shared
own GET /api/v1/me/shared/{id}
own GET /api/v1/me/shared/{id}/incidents/{number}
own POST /api/v1/me/shared/{id}/comments {"number":1,"text":"mine"}
own POST /api/v1/requests {"incident":"{incident}","name":"Zoe"}
list GET /api/v1/branches
list GET /api/v1/locations
list GET /api/v1/reports
list GET /api/v1/requests
list GET /api/v1/shares
branch GET /api/v1/locations/{location}
branch GET /api/v1/locations/{location}/cameras
branch GET /api/v1/locations/{location}/contacts
branch GET /api/v1/locations/{location}/contacts/{contact}
branch POST /api/v1/locations/{location}/contacts/{contact}/correct {"email":"new@example.com","reason":"r"}
branch POST /api/v1/locations/{location}/nights/{night}/resend-failed
branch GET /api/v1/locations/{location}/report.pdf
branch GET /api/v1/locations/{location}/incidents
branch GET /api/v1/locations/{location}/incidents.csv
branch GET /api/v1/locations/{location}/incidents.pdf
list GET /api/v1/reviews
own GET /api/v1/reviews/counts
branch GET /api/v1/locations/{location}/interactions
branch GET /api/v1/interactions/{interaction}
branch POST /api/v1/locations/{location}/judgements {"incidents":["{incident}"],"reason":"inconclusive"}
branch GET /api/v1/locations/{location}/viewers
branch GET /api/v1/locations/{location}/views
branch GET /api/v1/locations/{location}/whitelist
branch POST /api/v1/locations/{location}/whitelist {"address":"zoe@example.com"}
branch POST /api/v1/whitelist/{id}/end {"expires_at":"2026-04-20T00:00:00Z"}
branch POST /api/v1/whitelist/{id}/revoke
branch GET /api/v1/incidents/{incident}
branch GET /api/v1/incidents/{incident}/comments
branch POST /api/v1/incidents/{incident}/comments {"text":"mine"}
branch GET /api/v1/incidents/{incident}/judgements
branch GET /api/v1/incidents/{incident}/photo
branch GET /api/v1/incidents/{incident}/report.pdf
branch GET /api/v1/clips/{clip}
branch GET /api/v1/clips/{clip}/media
branch POST /api/v1/shares {"incidents":["{incident}"],"addresses":["zoe@example.com"]}
branch GET /api/v1/shares/{id}
branch POST /api/v1/shares/{id}/end {"expires_at":"2026-04-20T00:00:00Z"}
branch POST /api/v1/shares/{id}/resend {"recipient":"{recipient}"}
branch POST /api/v1/shares/{id}/revoke {}
branch POST /api/v1/requests/{id}/decline
branch POST /api/v1/requests/{id}/grant {"expires_at":"2026-04-20T00:00:00Z"}
branch GET /api/v1/reports/{id}
branch GET /api/v1/reports/{id}/artifacts
branch GET /api/v1/reports/{id}/artifacts/{name}
house GET /api/v1/reports/{id}/bundle
branch GET /api/v1/reports/{id}/changes
branch GET /api/v1/reports/{id}/deliveries
branch GET /api/v1/reports/{id}/events
own GET /api/v1/reports/{id}/feedback
branch GET /api/v1/reports/{id}/recipients
branch POST /api/v1/reports/{id}/regenerate {"reason":"r"}
house POST /api/v1/reports/{id}/release
branch GET /api/v1/reports/{id}/revisions
branch POST /api/v1/reports/{id}/send {}
branch POST /api/v1/reports/{id}/test
own POST /api/v1/reports/{id}/feedback {"subject":"incident","ref":"{incident}","kind":"ours"}
house GET /api/v1/feedback
branch GET /api/v1/feedback/{id}
branch POST /api/v1/feedback/{id}/handle {"reply":"thank you"}
house GET /api/v1/deliveries ?address=dana@example.com
branch GET /api/v1/deliveries/{id}
branch GET /api/v1/deliveries/{id}/attempts
branch GET /api/v1/deliveries/{id}/bounces
branch POST /api/v1/deliveries/{id}/resend {"even_sent":true}
branch POST /api/v1/deliveries/{id}/withdraw {"reason":"r"}
house GET /api/v1/link-requests
house POST /api/v1/link-requests/{hash}/renew
house GET /api/v1/bounces ?address=dana@example.com
house GET /api/v1/letters ?address=dana@example.com
house GET /api/v1/test-mails ?address=dana@example.com
branch GET /api/v1/branches/{branch}/brand
branch PUT /api/v1/branches/{branch}/brand {"name":"New"}
branch PUT /api/v1/branches/{branch}/brand/logo
branch POST /api/v1/branches/{branch}/brand/logo/remove
branch GET /api/v1/branches/{branch}/contacts
branch POST /api/v1/branches/{branch}/contacts/{contact} {"email":"new@example.com","notify":true}
branch GET /api/v1/branches/{branch}/share-rule
branch PUT /api/v1/branches/{branch}/share-rule {"prove":false}
branch GET /api/v1/branches/{branch}/domains
branch POST /api/v1/branches/{branch}/domains {"domain":"example.org","allowed":false}
branch POST /api/v1/branches/{branch}/domains/remove {"domain":"example.org"}
house GET /api/v1/users
house POST /api/v1/users {"email":"{new}@example.com","name":"New","role":"staff"}
house POST /api/v1/users/{id}/assign {"role":"staff"}
house POST /api/v1/users/{id}/disable
house POST /api/v1/users/{id}/enable
house POST /api/v1/users/{id}/invite
house POST /api/v1/users/{id}/reset
house GET /api/v1/suppressions
house POST /api/v1/suppressions {"address":"nobody@example.com"}
house POST /api/v1/suppressions/lift {"address":"nobody@example.com"}
house GET /api/v1/operations
house GET /api/v1/alerts
house GET /api/v1/jobs
house GET /api/v1/jobs/{job}/pauses
house POST /api/v1/jobs/{job}/pause {}
house POST /api/v1/jobs/{job}/resume
house POST /api/v1/jobs/{job}/run {}
house GET /api/v1/runs
house GET /api/v1/runs/{id}
house GET /api/v1/audit
house GET /api/v1/audit/verify
open POST /api/v1/feed
open POST /api/v1/media
open POST /api/v1/bounces
"#;

/// The table's lines.
pub(super) fn lines() -> Vec<Line> {
    let line = |line: &'static str| {
        let mut words = line.splitn(4, ' ');
        let mut next = || words.next().unwrap_or_default();
        let whose = match next() {
            "branch" => Whose::Branch,
            "house" => Whose::House,
            "list" => Whose::List,
            "own" => Whose::Own,
            "token" => Whose::Token,
            "open" => Whose::Open,
            other => panic!("{other}: nobody's"),
        };
        Line { whose, method: next(), path: next(), more: next() }
    };
    TABLE.lines().filter(|line| !line.is_empty()).map(line).collect()
}

#[test]
fn every_route_stands_in_the_table_once_and_every_line_is_a_route() {
    let (plan, lines) = (plan(), lines());
    for room in &plan {
        let found = lines.iter().filter(|line| line.method == room.method.as_str() && line.path == room.path).count();
        assert_eq!(found, 1, "{} {} must stand in src/portal/tests/walk/table.rs once", room.method, room.path);
    }
    for line in &lines {
        let method = Method::from_bytes(line.method.as_bytes()).unwrap();
        assert!(plan.iter().any(|room| room.method == method && room.path == line.path), "{line:?} is no route");
    }
}
