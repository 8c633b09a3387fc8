//! Quantities as people write them: `"36h"`, `"1h 30m"`, `"10MB"`.

use std::time::Duration;

/// What a duration looks like, for the JSON Schema.
pub(super) const DURATION_PATTERN: &str = r"^\s*([0-9]+\s*[smhdw]\s*)+$";
/// What a size looks like, for the JSON Schema.
pub(super) const SIZE_PATTERN: &str = r"^\s*[0-9]+\s*(B|KB|MB|GB)\s*$";

/// Why a text is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// No duration.
    #[error(r#"not a duration; write a number with s, m, h, d or w, such as "90s", "15m", "36h" or "30d""#)]
    Duration,
    /// No size.
    #[error(r#"not a size; write a number with B, KB, MB or GB, such as "10MB""#)]
    Size,
    /// More than fits.
    #[error("too large")]
    TooLarge,
}

/// Reads a duration: numbers with a unit (s, m, h, d, w), added up. A day has 24 hours.
///
/// # Errors
/// [`QuantityError`] when it is none, or longer than 2^64 seconds.
pub fn parse_duration(text: &str) -> Result<Duration, QuantityError> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(QuantityError::Duration);
    }
    let mut seconds = 0_u64;
    while !rest.is_empty() {
        let (number, after) = leading_number(rest).ok_or(QuantityError::Duration)?;
        let unit = after.chars().next().ok_or(QuantityError::Duration)?;
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return Err(QuantityError::Duration),
        };
        let part = number.and_then(|number| number.checked_mul(factor)).ok_or(QuantityError::TooLarge)?;
        seconds = seconds.checked_add(part).ok_or(QuantityError::TooLarge)?;
        rest = after[unit.len_utf8()..].trim_start();
    }
    Ok(Duration::from_secs(seconds))
}

/// Reads a size in bytes; KB, MB and GB are powers of 1,000, as mail servers state their limits.
///
/// # Errors
/// [`QuantityError`] when it is none, or over 2^64.
pub fn parse_size(text: &str) -> Result<u64, QuantityError> {
    let (number, unit) = leading_number(text.trim()).ok_or(QuantityError::Size)?;
    let factor = match unit.to_ascii_uppercase().as_str() {
        "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return Err(QuantityError::Size),
    };
    number.and_then(|number| number.checked_mul(factor)).ok_or(QuantityError::TooLarge)
}

/// The number at the beginning (none inside where it does not fit 64 bits) and what comes after it and its spaces.
fn leading_number(text: &str) -> Option<(Option<u64>, &str)> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits > 0).then(|| (text[..digits].parse().ok(), text[digits..].trim_start()))
}

/// A duration as people write it: the largest units first.
#[must_use]
pub fn show_duration(duration: Duration) -> String {
    let mut rest = duration.as_secs();
    let mut parts = Vec::new();
    for (unit, factor) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if rest >= factor {
            parts.push(format!("{}{unit}", rest / factor));
            rest %= factor;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, seconds) in
            [("90s", 90), ("15m", 900), ("36h", 129_600), ("30d", 2_592_000), ("1h 30m", 5_400), ("2 w", 1_209_600)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "15", "m", "1.5h", "-3d", "3 parsecs", "15M", "5😀", "h5"] {
            assert_eq!(parse_duration(text), Err(QuantityError::Duration), "{text}");
        }
        for text in ["99999999999999999999s", "18446744073709551615w", "18446744073709551615s 1s"] {
            assert_eq!(parse_duration(text), Err(QuantityError::TooLarge), "{text}");
        }
    }

    #[test]
    fn a_shown_duration_can_be_read_again() {
        for seconds in [0, 59, 60, 5_400, 129_600, 90_061] {
            let duration = Duration::from_secs(seconds);
            assert_eq!(parse_duration(&show_duration(duration)), Ok(duration));
        }
        assert_eq!(show_duration(Duration::from_hours(36)), "1d 12h");
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        assert_eq!(parse_size("10MB"), Ok(10_000_000));
        assert_eq!(parse_size(" 512 kb "), Ok(512_000));
        for text in ["", "10", "MB", "10 MiB", "1.5MB"] {
            assert_eq!(parse_size(text), Err(QuantityError::Size), "{text}");
        }
        assert_eq!(parse_size("99999999999GB"), Err(QuantityError::TooLarge));
    }
}
