//! Tests of returned mail.
