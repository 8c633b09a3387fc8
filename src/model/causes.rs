//! Causes: an error becomes one line for a record, with everything that led to it. It must not decide who reads it.

/// An error and its causes in one line; what one already tells of the next (as some foreign ones do) is not repeated.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{says}")]
    struct Fault {
        says: &'static str,
        source: Option<Box<Self>>,
    }

    #[test]
    fn causes_are_told_in_order_and_once() {
        let fault = |says, source: Option<Fault>| Fault { says, source: source.map(Box::new) };
        let deepest = fault("no such file", None);
        let repeating = fault("cannot open: no such file", Some(deepest));
        assert_eq!(chain(&fault("not sent", Some(repeating))), "not sent: cannot open: no such file");
    }
}
