//! Text columns: what producers wrote, whole, in a form that both databases take.
//!
//! PostgreSQL refuses U+0000, and a hostile note may hold it: it is escaped on the way in and restored on the way
//! out, on both databases alike. Lists and objects of a record are JSON in a text column. It must not clean a text:
//! who shows it does.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Type, ValueRef};

/// A noncharacter: it begins an escape, and is itself escaped.
const ESCAPE: char = '\u{FDDE}';

/// The form in which a text is stored.
pub(super) fn stored(raw: &str) -> Cow<'_, str> {
    if !raw.as_bytes().contains(&0) && !raw.contains(ESCAPE) {
        return Cow::Borrowed(raw);
    }
    let mut escaped = String::with_capacity(raw.len() + 8);
    for character in raw.chars() {
        match character {
            '\0' => escaped.extend([ESCAPE, '0']),
            ESCAPE => escaped.extend([ESCAPE, '1']),
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

/// [`stored`] of a text that may be absent.
pub(super) fn maybe_stored(raw: Option<&String>) -> Option<Cow<'_, str>> {
    raw.map(|text| stored(text))
}

fn restored(stored: &str) -> String {
    if !stored.contains(ESCAPE) {
        return stored.to_owned();
    }
    let mut raw = String::with_capacity(stored.len());
    let mut characters = stored.chars();
    while let Some(character) = characters.next() {
        match character {
            ESCAPE => raw.push(if characters.next() == Some('0') { '\0' } else { ESCAPE }),
            other => raw.push(other),
        }
    }
    raw
}

/// The JSON text of a value that has no map with keys other than strings, which is the one thing JSON cannot write.
pub(super) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".into())
}

/// A column written by [`stored`].
pub(super) struct Text(String);

/// A column written by [`maybe_stored`].
pub(super) struct MaybeText(Option<String>);

/// A column written by [`json`]; NULL reads as JSON's null.
pub(super) struct JsonText<T>(T);

macro_rules! typed_as_text {
    ($($name:ty $(, $generic:ident)?;)*) => {$(
        impl<DB: Database $(, $generic)?> Type<DB> for $name
        where
            String: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(ty)
            }
        }
    )*};
}

typed_as_text! {
    Text;
    MaybeText;
    JsonText<T>, T;
}

impl<'r, DB: Database> Decode<'r, DB> for Text
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <&str as Decode<'r, DB>>::decode(value).map(|text| Self(restored(text)))
    }
}

impl<'r, DB: Database> Decode<'r, DB> for MaybeText
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        if value.is_null() {
            return Ok(Self(None));
        }
        <&str as Decode<'r, DB>>::decode(value).map(|text| Self(Some(restored(text))))
    }
}

impl<'r, T: DeserializeOwned, DB: Database> Decode<'r, DB> for JsonText<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = if value.is_null() { "null" } else { <&str as Decode<'r, DB>>::decode(value)? };
        Ok(Self(serde_json::from_str(text)?))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl From<MaybeText> for Option<String> {
    fn from(text: MaybeText) -> Self {
        text.0
    }
}

impl<T> From<JsonText<Vec<T>>> for Vec<T> {
    fn from(json: JsonText<Vec<T>>) -> Self {
        json.0
    }
}

impl<T> From<JsonText<Option<T>>> for Option<T> {
    fn from(json: JsonText<Option<T>>) -> Self {
        json.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_null_character_comes_back_whole() {
        for raw in ["", "plain", "a\0b", "\u{FDDE}", "\u{FDDE}0\0\u{FDDE}1", "\0\0"] {
            assert!(!stored(raw).contains('\0'), "{raw:?}");
            assert_eq!(restored(&stored(raw)), raw);
        }
    }
}
