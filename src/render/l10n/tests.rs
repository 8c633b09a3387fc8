//! What a reader of each locale sees.
