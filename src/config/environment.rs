//! The environment's part of the configuration: secrets, which do not belong in a file.
//!
//! This is the one place that reads the process's environment.

use std::collections::BTreeMap;
use std::fmt;

/// Replaces `[database]` `url` and `path`; may carry a password.
pub const DATABASE_URL: &str = "DAYBREAK_DATABASE_URL";
/// Password of the mail server whose user `[mail] transport` names.
pub const SMTP_PASSWORD: &str = "DAYBREAK_SMTP_PASSWORD";
/// Access key of a real S3.
pub const S3_ACCESS_KEY_ID: &str = "DAYBREAK_S3_ACCESS_KEY_ID";
/// Secret key of a real S3.
pub const S3_SECRET_ACCESS_KEY: &str = "DAYBREAK_S3_SECRET_ACCESS_KEY";
/// What `POST /api/v1/bounces` must carry.
pub const BOUNCES_KEY: &str = "DAYBREAK_BOUNCES_KEY";
/// Key that the tokens of links are derived with.
pub const LINK_KEY: &str = "DAYBREAK_LINK_KEY";

/// Secret of this installation at its OpenID provider.
pub const OIDC_SECRET: &str = "DAYBREAK_OIDC_SECRET";
/// Private RSA key (PEM) that mails are signed with.
pub const DKIM_KEY: &str = "DAYBREAK_DKIM_KEY";
/// Private Ed25519 key (PEM) of the second signature.
pub const DKIM_ED25519_KEY: &str = "DAYBREAK_DKIM_ED25519_KEY";

/// The variables whose names begin with `DAYBREAK_`. `Debug` shows names, never values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, Result<String, NotText>>,
}

/// A variable whose value is no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its value is no UTF-8 text")]
pub struct NotText;

impl Environment {
    /// The process's own.
    #[must_use]
    pub fn process() -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("DAYBREAK_"))?;
            Some((name, value.into_string().map_err(|_| NotText)))
        });
        Self { variables: variables.collect() }
    }

    /// These variables, for tests.
    #[must_use]
    pub fn of<const N: usize>(variables: [(&str, &str); N]) -> Self {
        Self { variables: variables.map(|(name, value)| (name.to_owned(), Ok(value.to_owned()))).into() }
    }

    /// The value of a variable; an empty one counts as not set.
    ///
    /// # Errors
    /// [`NotText`] when it cannot be read as text.
    pub fn get(&self, name: &str) -> Result<Option<&str>, NotText> {
        match self.variables.get(name) {
            Some(Ok(value)) if !value.is_empty() => Ok(Some(value)),
            Some(Err(error)) => Err(*error),
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_never_shows_its_values() {
        let environment = Environment::of([(SMTP_PASSWORD, "hunter2")]);
        assert_eq!(format!("{environment:?}"), r#"{"DAYBREAK_SMTP_PASSWORD"}"#);
        assert_eq!(environment.get(SMTP_PASSWORD), Ok(Some("hunter2")));
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(Environment::of([(LINK_KEY, "")]).get(LINK_KEY), Ok(None));
    }
}
