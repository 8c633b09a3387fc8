//! Tests of a night's rows.
