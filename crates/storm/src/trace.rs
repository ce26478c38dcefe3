//! What happened, step by step: hashed always, kept when somebody wants to read it.

use std::collections::{BTreeMap, VecDeque};

/// Lines kept for the report of a failure.
const TAIL: usize = 80;

/// The story of one seed.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    tail: VecDeque<String>,
    print: bool,
    /// Steps by kind.
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

impl Trace {
    pub(crate) fn new(print: bool) -> Self {
        // FNV-1a's offset basis.
        Self { hash: 0xcbf2_9ce4_8422_2325, tail: VecDeque::new(), print, counts: BTreeMap::new() }
    }

    /// A line of the story.
    #[expect(clippy::print_stdout, reason = "who replays a seed wants to read it")]
    pub(crate) fn line(&mut self, line: String) {
        self.mix(line.as_bytes());
        if self.print {
            println!("{line}");
        }
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
    }

    /// What only a reader wants to know.
    #[expect(clippy::print_stdout, reason = "who replays a seed wants to read it")]
    pub(crate) fn aside(&self, text: impl FnOnce() -> String) {
        if self.print {
            println!("       . {}", text());
        }
    }

    pub(crate) fn count(&mut self, kind: &'static str) {
        *self.counts.entry(kind).or_default() += 1;
    }

    /// Something that belongs to the story and not into its lines.
    pub(crate) fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn tail(&self) -> Vec<String> {
        self.tail.iter().cloned().collect()
    }
}
