//! What handlers are given: who calls and what they sent.
