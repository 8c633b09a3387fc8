//! Tests of the whole feed.
