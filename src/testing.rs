//! What tests of several modules share.

/// How many cases a property test of hostile input generates: `least` by default, more where `DAYBREAK_TEST_CASES` says
/// so (issue "Production" says 100,000: minutes for each test in an unoptimized build).
pub(crate) fn cases(least: u32) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "tests take no configuration")]
    let wanted = std::env::var("DAYBREAK_TEST_CASES");
    wanted.ok().and_then(|cases| cases.parse().ok()).unwrap_or(least)
}

/// A user with these branches.
pub(crate) fn user(role: crate::model::Role, branches: &[&str]) -> crate::access::Principal {
    crate::access::Principal::User(crate::db::users::User {
        id: uuid::Uuid::nil().into(),
        email: "dana@example.com".into(),
        name: "Dana".into(),
        locale: None,
        role,
        branches: branches.iter().map(|branch| branch.parse().unwrap()).collect(),
        created_at: chrono::DateTime::UNIX_EPOCH,
        disabled_at: None,
    })
}
