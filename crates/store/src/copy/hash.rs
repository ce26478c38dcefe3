//! A hash over the rows of a table that does not depend on their order: the databases do not sort
//! texts alike. Each row is hashed with SHA-256 in one encoding; the hashes are added up.

use sha2::{Digest, Sha256};

use super::{Contents, tables::Table};
use crate::Arg;

/// The sum so far.
pub(super) struct Sum {
    table: String,
    /// Hashed before every row: the table and its columns.
    head: Sha256,
    rows: i64,
    /// 256 bits, least significant first.
    sum: [u64; 4],
}

impl Sum {
    pub(super) fn new(table: &Table) -> Self {
        let mut head = Sha256::new();
        for name in std::iter::once(table.name.as_str()).chain(table.column_names()) {
            text(&mut head, name);
        }
        Self { table: table.name.clone(), head, rows: 0, sum: [0; 4] }
    }

    pub(super) fn add(&mut self, line: &[Arg]) {
        let mut hash = self.head.clone();
        for arg in line {
            match arg {
                Arg::Int(None) | Arg::Text(None) => hash.update([0]),
                Arg::Int(Some(value)) => {
                    hash.update([1]);
                    hash.update(value.to_be_bytes());
                }
                Arg::Text(Some(value)) => {
                    hash.update([2]);
                    text(&mut hash, value);
                }
            }
        }
        let hash = hash.finalize();
        let mut carry = false;
        for (sum, bytes) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            let mut part = [0; 8];
            part.copy_from_slice(bytes);
            let (added, over) = sum.overflowing_add(u64::from_le_bytes(part));
            let (added, again) = added.overflowing_add(u64::from(carry));
            (*sum, carry) = (added, over || again);
        }
        self.rows += 1;
    }

    pub(super) fn contents(self) -> Contents {
        let mut hash = self.head;
        hash.update(self.rows.to_be_bytes());
        self.sum.iter().for_each(|part| hash.update(part.to_be_bytes()));
        Contents { table: self.table, rows: self.rows, hash: hex(&hash.finalize()) }
    }
}

/// With its length before it, so that no two lists of texts are the same bytes.
fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
