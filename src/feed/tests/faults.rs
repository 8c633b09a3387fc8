//! Every fault of `feed.md` with its sentence.

use super::*;

/// The faults of a text as the check alone finds them, without the file's name.
fn faults(text: &str) -> Vec<String> {
    let checked = check::check(&Source::body("f", text.as_bytes()), |_, _| ()).unwrap();
    let shown = checked.faults.finish().to_string();
    shown.lines().map(|line| line.strip_prefix("f:").unwrap().to_owned()).collect()
}

/// The faults of one record, whose other fields are right.
fn of(kind: &str, change: &str) -> Vec<String> {
    let right = match kind {
        "branch" => r#"{"ref":"b","name":"B"}"#,
        "location" => r#"{"ref":"l","branch":"b","name":"L","timezone":"Europe/Warsaw"}"#,
        "camera" => r#"{"ref":"c","location":"l","name":"C"}"#,
        "contact" => r#"{"ref":"p","name":"P","email":"p@example.com","locations":["l"],"notify":true}"#,
        "activity" => r#"{"location":"l","night":"2026-03-28","detections":3,"filtered":2,"reviewed":1}"#,
        "interaction" => {
            r#"{"ref":"i","location":"l","level":1,"type":"T","started_at":"2026-03-28T20:00:00Z","notes":""}"#
        }
        "incident" => r#"{"ref":"x","location":"l","occurred_at":"2026-03-28T20:00:00Z","type":"T","description":""}"#,
        "clip" => {
            r#"{"ref":"k","location":"l","recorded_at":"2026-03-28T20:00:00Z","media":"s3:k.mp4","content_type":"video/mp4"}"#
        }
        "transaction" => {
            r#"{"ref":"t","location":"l","terminal":"1","at":"2026-03-28T20:00:00Z","currency":"PLN","lines":[{"sku":"1","description":"D","quantity":1,"unit_price":"1.00","paid":true}]}"#
        }
        _ => r#"{"location":"l","complete_until":"2026-03-29T04:00:00Z"}"#,
    };
    let mut record: serde_json::Map<String, serde_json::Value> = serde_json::from_str(right).unwrap();
    record.insert("kind".into(), kind.into());
    let change: serde_json::Map<String, serde_json::Value> = serde_json::from_str(change).unwrap();
    record.extend(change);
    let line = serde_json::Value::Object(record).to_string();
    faults(&line).iter().map(|fault| fault.strip_prefix("1: ").unwrap().to_owned()).collect()
}

#[test]
fn each_right_record_has_no_fault() {
    for kind in Kind::ALL {
        assert_eq!(of(kind.as_str(), "{}"), [""; 0], "{kind:?}");
    }
}

#[test]
fn a_line_that_is_no_record_is_a_fault_of_the_line() {
    assert_eq!(faults("{\"kind\":\"branch\""), ["1: line: invalid JSON: EOF while parsing an object at column 16"]);
    assert_eq!(faults("\n[1]"), ["2: line: expected a JSON object, found a list"]);
    assert_eq!(faults("{}"), ["1: kind: missing"]);
    assert_eq!(
        faults(r#"{"kind":"crime"}"#),
        [
            "1: kind: unknown kind \"crime\" (there are branch, location, camera, contact, activity, interaction, incident, \
          clip, transaction, watermark)"
        ]
    );
    assert_eq!(faults(r#"{"kind":"branch","ref":"a","ref":"b","name":"x"}"#), ["1: ref: given twice"]);
    let long = format!(r#"{{"kind":"branch","ref":"a","name":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(faults(&long), ["1: line: longer than 1 MiB (1048576 bytes)"]);
    let checked = check::check(&Source::body("f", &b"{\"kind\": \"\xff\"}"[..]), |_, _| ()).unwrap();
    assert_eq!(checked.faults.finish().to_string(), "f:1: line: not UTF-8 after byte 10");
    let deep = "[".repeat(100_000);
    assert_eq!(faults(&deep), ["1: line: invalid JSON: recursion limit exceeded at column 128"]);
    let many: Vec<_> = (0..100).map(|n| format!("\"a{n}\":1")).collect();
    assert_eq!(faults(&format!("{{{}}}", many.join(",")))[0], "1: line: an object with more than 64 fields");
}

#[test]
fn refs_are_there_once_and_short() {
    assert_eq!(of("branch", r#"{"ref":null}"#), ["ref: missing"]);
    assert_eq!(of("branch", r#"{"ref":""}"#), ["ref: a ref must not be empty"]);
    assert_eq!(of("branch", r#"{"ref":7}"#), ["ref: expected a string, found a number"]);
    assert_eq!(of("branch", r#"{"ref":"a\nb"}"#), ["ref: a ref must not contain control characters"]);
    let long = format!(r#"{{"ref":"{}"}}"#, "ż".repeat(129));
    assert_eq!(of("branch", &long), ["ref: a ref has at most 128 characters, this one has 129"]);
    let twice = concat!(
        r#"{"kind":"branch","ref":"a","name":"1"}"#,
        "\n",
        r#"{"kind":"branch","ref":"a","name":"2"}"#,
        "\n",
        r#"{"kind":"watermark","location":"a","complete_until":"2026-03-29T04:00:00Z"}"#,
        "\n",
        r#"{"kind":"watermark","location":"a","complete_until":"2026-03-29T05:00:00Z"}"#,
        "\n",
        r#"{"kind":"activity","location":"a","night":"2026-03-28","detections":0,"filtered":0,"reviewed":0}"#,
        "\n",
        r#"{"kind":"activity","location":"a","night":"2026-03-28","detections":0,"filtered":0,"reviewed":0}"#,
    );
    assert_eq!(
        faults(twice),
        [
            "2: ref: duplicate: this import has another branch with the ref \"a\"",
            "4: location: duplicate: this import has another watermark of \"a\"",
            "6: night: duplicate: this import has another activity of \"a\" for 2026-03-28",
        ]
    );
}

#[test]
fn every_fault_of_a_record_is_found_at_once() {
    assert_eq!(
        of(
            "interaction",
            r#"{"ref":null,"level":0,"started_at":"2026-03-28T20:00:00","ended_at":"soon","operator":4,"actions":["a",1],"colour":"red","no\u0007te":1}"#
        ),
        [
            "ref: missing",
            "level: 0 is no whole number from 1 to 2147483647",
            "started_at: \"2026-03-28T20:00:00\" has no offset (write 2017-03-31T18:05:00-05:00 or …Z)",
            "ended_at: \"soon\" is no RFC 3339 time such as 2017-03-31T18:05:00-05:00",
            "operator: expected a string, found a number",
            "actions[1]: expected a string, found a number",
            "colour: unknown field",
            r#""no\u{7}te": unknown field"#,
        ]
    );
}

#[test]
fn times_have_an_offset_and_an_order() {
    assert_eq!(of("interaction", r#"{"ended_at":"2026-03-28T19:59:59Z"}"#), ["ended_at: is before started_at"]);
    assert_eq!(of("interaction", r#"{"ended_at":"2026-03-28T20:00:00Z"}"#), [""; 0]);
    assert_eq!(
        of("watermark", r#"{"complete_until":"0001-01-01T00:00:00Z"}"#),
        ["complete_until: \"0001-01-01T00:00:00Z\" is outside the years 1970 to 9998"]
    );
    for night in ["2026-3-28", "28.03.2026", "2026-02-30", "+2026-3-28"] {
        let fault = format!("night: {night:?} is no date such as 2017-03-31");
        assert_eq!(of("activity", &format!(r#"{{"night":"{night}"}}"#)), [fault]);
    }
    assert_eq!(
        of("activity", r#"{"detections":-1,"filtered":1.5,"reviewed":"3"}"#),
        [
            "detections: -1 is no whole number from 0 to 9223372036854775807",
            "filtered: 1.5 is no whole number from 0 to 9223372036854775807",
            "reviewed: expected a whole number, found a string",
        ]
    );
}

#[test]
fn places_are_checked() {
    assert_eq!(
        of("location", r#"{"timezone":"Europe/Warsawa","locale":"polish language","timeline_url":"javascript:{at}"}"#),
        [
            "timezone: \"Europe/Warsawa\" is no IANA time zone such as America/Chicago",
            "locale: \"polish language\" is no BCP 47 language tag such as pl-PL",
            "timeline_url: \"javascript:{at}\" is no http or https URL template",
        ]
    );
    assert_eq!(
        of("location", r#"{"timeline_url":"https://a.example/{when}"}"#),
        ["timeline_url: unknown placeholder \"when\" (there are {camera} and {at})"]
    );
    assert_eq!(
        of("location", r#"{"night":{"from":"6pm","to":"06:00","zone":"x"}}"#),
        ["night.from: \"6pm\" is no wall-clock time such as 18:00", "night.zone: unknown field"]
    );
    assert_eq!(
        of("location", r#"{"night":{"from":"06:00","to":"06:00"}}"#),
        ["night: a night's `from` and `to` must differ (equal times leave no window)"]
    );
    assert_eq!(of("location", r#"{"night":"late"}"#), ["night: expected an object, found a string"]);
}

#[test]
fn addresses_are_checked_and_not_quoted() {
    for email in ["nobody", "a@b.example\\r\\nBcc: x@y.example", "A <a@b.example>", ""] {
        let found = of("contact", &format!(r#"{{"email":"{email}"}}"#));
        assert_eq!(found.len(), 1, "{email}: {found:?}");
        assert!(found[0].starts_with("email: not an e-mail address: "), "{found:?}");
    }
    assert_eq!(of("contact", r#"{"notify":"yes"}"#), ["notify: expected true or false, found a string"]);
    assert_eq!(of("contact", r#"{"locations":"l"}"#), ["locations: expected a list, found a string"]);
    assert_eq!(of("contact", r#"{"locations":["l",""]}"#), ["locations[1]: a ref must not be empty"]);
}

#[test]
fn money_is_a_decimal_string_of_a_currency() {
    let lines = |quantity: &str, price: &str| {
        format!(
            r#"{{"lines":[{{"sku":"1","description":"D","quantity":{quantity},"unit_price":{price},"paid":true}}]}}"#
        )
    };
    assert_eq!(
        of("transaction", &lines("1", "4.10")),
        ["lines[0].unit_price: 4.1 is a number; money is a decimal string such as \"4.10\""]
    );
    assert_eq!(
        of("transaction", &lines("1", "\"4,10\"")),
        ["lines[0].unit_price: \"4,10\" is no decimal such as \"4.10\""]
    );
    assert_eq!(of("transaction", &lines("true", "\"1\"")), ["lines[0].quantity: expected a number, found a boolean"]);
    assert_eq!(of("transaction", &lines("0.355", "\"-1.25\"")), [""; 0]);
    assert_eq!(
        of("transaction", &lines("100000", "\"99999999999\"")),
        ["lines: the amounts add up to more than 1000000000000000"]
    );
    assert_eq!(of("transaction", r#"{"currency":"zł"}"#), ["currency: \"zł\" is no ISO 4217 currency code"]);
    assert_eq!(of("transaction", r#"{"lines":null}"#), ["lines: missing"]);
    assert_eq!(of("transaction", r#"{"lines":[7]}"#), ["lines[0]: expected an object, found a number"]);
    assert_eq!(
        of("transaction", r#"{"lines":[{"sku":1,"extra":2}]}"#),
        [
            "lines[0].sku: expected a string, found a number",
            "lines[0].description: missing",
            "lines[0].quantity: missing",
            "lines[0].unit_price: missing",
            "lines[0].paid: missing",
            "lines[0].extra: unknown field",
        ]
    );
    assert_eq!(
        of("transaction", r#"{"payment":{"method":"card","amount":1,"last4":"4111111111111111"}}"#),
        [
            "payment.amount: 1 is a number; money is a decimal string such as \"4.10\"",
            "payment.last4: expected the card's last four digits",
        ]
    );
}

#[test]
fn clips_have_bytes_or_an_outside() {
    assert_eq!(of("clip", r#"{"media":null,"content_type":null}"#), ["content_type: missing", "media: missing"]);
    assert_eq!(
        of("clip", r#"{"media":null,"content_type":null,"external_url":"https://v.example/1","password":"p"}"#),
        [""; 0]
    );
    assert_eq!(
        of("clip", r#"{"media":null,"content_type":null,"external_url":"v.example"}"#),
        ["external_url: \"v.example\" is no URL: relative URL without a base"]
    );
    assert_eq!(
        of("clip", r#"{"external_url":"ftp://v.example/1","content_type":"mp4","sha256":"00","duration_s":-1}"#),
        [
            "duration_s: expected a number of seconds from 0 to 604800",
            "external_url: \"ftp://v.example/1\" is no http or https URL",
            "sha256: \"00\" is no SHA-256 of 64 hexadecimal digits",
            "content_type: \"mp4\" is no content type such as video/mp4",
        ]
    );
    assert_eq!(
        of("clip", r#"{"media":"a.mp4"}"#),
        ["media: a request has no folder; name an object of the bucket as s3:KEY"]
    );
    assert_eq!(
        of("incident", r#"{"photo":"s3:../x"}"#),
        ["photo: an object key must not contain empty segments, `.` or `..`"]
    );
}

#[tokio::test]
async fn media_and_references_are_checked_against_files_and_rows() {
    on_each_database("media_and_references", async |db| {
        let place = Place::new().await;
        place.write("media/a.mp4", "bytes");
        place.write("media/b.mp4", "other");
        std::fs::write(place.folder.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(place.folder.path().join("secret"), place.feed().join("media/link")).unwrap();
        let clip = |name: &str, media: &str, more: &str| {
            format!(r#"{{"kind":"clip","ref":"{name}","location":"l","recorded_at":"2026-03-28T20:00:00Z","media":"{media}","content_type":"video/mp4"{more}}}"#)
        };
        let zeros = format!(r#","sha256":"{}""#, "0".repeat(64));
        place.write(
            "b.ndjson",
            [
                clip("1", "../secret", ""),
                clip("2", "media/link", ""),
                clip("3", "media/none.mp4", ""),
                clip("4", "media/a.mp4", &zeros),
                clip("5", "media", ""),
                clip("6", "/etc/passwd", ""),
                r#"{"kind":"incident","ref":"x","location":"l","interaction":"i","occurred_at":"2026-03-28T20:00:00","type":"T","description":"","clips":["1","k"],"transaction":"t"}"#.into(),
            ]
            .join("\n"),
        );
        place.write("a.ndjson", r#"{"kind":"camera","ref":"c","location":"l","name":"C"}"#);
        place.write("ignored.json", "not a feed");
        let error = send_path(db, &place.archive, &place.feed()).await.unwrap_err();
        let feed = place.feed().display().to_string();
        let expected = [
            "a.ndjson:1: location: there is no location \"l\"",
            "b.ndjson:1: media: \"../secret\" leaves the feed's folder",
            "b.ndjson:1: location: there is no location \"l\"",
            "b.ndjson:2: media: \"media/link\" leaves the feed's folder",
            "b.ndjson:2: location: there is no location \"l\"",
            "b.ndjson:3: media: there is no file \"media/none.mp4\"",
            "b.ndjson:3: location: there is no location \"l\"",
            "b.ndjson:4: sha256: \"media/a.mp4\" has the SHA-256 \
             277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9, not \
             0000000000000000000000000000000000000000000000000000000000000000",
            "b.ndjson:4: location: there is no location \"l\"",
            "b.ndjson:5: media: \"media\" is no file",
            "b.ndjson:5: location: there is no location \"l\"",
            "b.ndjson:6: media: \"/etc/passwd\" leaves the feed's folder",
            "b.ndjson:6: location: there is no location \"l\"",
            "b.ndjson:7: occurred_at: \"2026-03-28T20:00:00\" has no offset (write 2017-03-31T18:05:00-05:00 or …Z)",
            "b.ndjson:7: location: there is no location \"l\"",
            "b.ndjson:7: interaction: there is no interaction \"i\"",
            "b.ndjson:7: clips[1]: there is no clip \"k\"",
            "b.ndjson:7: transaction: there is no transaction \"t\"",
        ];
        let shown = error.to_string();
        let shown: Vec<_> = shown.lines().map(|line| line.strip_prefix(&format!("{feed}/")).unwrap()).collect();
        assert_eq!(shown, expected);
        assert_eq!(db.branches().await.unwrap(), []);
    })
    .await;
}

#[test]
fn a_source_is_files_and_folders_of_feeds() {
    let folder = tempfile::tempdir().unwrap();
    let none = Source::paths(&[folder.path().to_path_buf()]).unwrap_err();
    assert_eq!(none.to_string(), format!("the folder {} holds no *.ndjson file", folder.path().display()));
    let missing = Source::paths(&[folder.path().join("x.ndjson")]).unwrap_err();
    assert_eq!(missing.to_string(), format!("cannot read {}/x.ndjson", folder.path().display()));
    assert!(matches!(Source::paths(&["/dev/null".into()]), Err(SourceError::NotAFile { .. })));
    assert!(matches!(Source::paths(&[]), Err(SourceError::Nothing)));
}
