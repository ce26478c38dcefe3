//! Lists of payments, and the one payment behind any number people paste.

use crate::rows::PaymentRow;
use crate::{Engine, Result};
use domain::MerchantId;

pub use store::search::{Basis, Cursor, Filter};

/// The longest text anybody searches for, in characters.
const LONGEST: usize = 200;
/// Rows a page holds at most.
const MOST: i64 = 500;

/// A page of payments, newest first, and where the next one begins.
///
/// # Errors
/// Of the database.
pub async fn list(
    engine: &Engine,
    merchant: MerchantId,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<(Vec<PaymentRow>, Option<Cursor>)> {
    let limit = limit.clamp(1, MOST);
    let rows = store::search::page(&engine.db, merchant, &clean(filter), after, limit + 1).await?;
    Ok(cut(rows, limit, filter.basis))
}

/// Virtual accounts that wait for their deposit, newest first, and where the next page begins.
///
/// # Errors
/// Of the database.
pub async fn account_list(
    engine: &Engine,
    merchant: MerchantId,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<(Vec<PaymentRow>, Option<Cursor>)> {
    let limit = limit.clamp(1, MOST);
    let rows = store::search::waiting_accounts(&engine.db, merchant, after, limit + 1).await?;
    Ok(cut(rows, limit, Basis::Started))
}

/// One row more than a page was read: it only says that there is a next page.
fn cut(mut rows: Vec<PaymentRow>, limit: i64, basis: Basis) -> (Vec<PaymentRow>, Option<Cursor>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return (rows, None);
    }
    rows.truncate(limit);
    let next = rows.last().map(|row| (basis.of(row), row.imp_uid.clone()));
    (rows, next)
}

/// What came of pasting something into the search box.
#[derive(Clone, Debug)]
pub enum Found {
    /// Exactly one payment: its number.
    One(String),
    /// Several, or none: show the list for this text.
    List(String),
}

/// Finds a payment by any of its numbers; exact matches win over beginnings.
///
/// # Errors
/// Of the database.
pub async fn find(engine: &Engine, merchant: MerchantId, text: &str) -> Result<Found> {
    let text = plain(text);
    if text.is_empty() {
        return Ok(Found::List(text));
    }
    let exact = store::search::exact(&engine.db, merchant, &text, &telephones(&text), 2).await?;
    if !exact.is_empty() {
        return Ok(one_or_list(exact, text));
    }
    let filter = Filter { prefix: Some(text.clone()), ..Filter::default() };
    let begins = store::search::page(&engine.db, merchant, &filter, None, 2).await?;
    Ok(one_or_list(begins, text))
}

fn one_or_list(rows: Vec<PaymentRow>, text: String) -> Found {
    match <[PaymentRow; 1]>::try_from(rows) {
        Ok([row]) => Found::One(row.imp_uid),
        Err(_) => Found::List(text),
    }
}

/// Without what no number holds and no database takes.
fn plain(text: &str) -> String {
    domain::text::cut(text, LONGEST).trim().to_owned()
}

fn clean(filter: &Filter) -> Filter {
    let prefix = filter.prefix.as_deref().map(plain).filter(|prefix| !prefix.is_empty());
    Filter { prefix, ..filter.clone() }
}

/// A Korean telephone number in the forms shops write it, other than as it was typed.
fn telephones(text: &str) -> Vec<String> {
    let written = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '.'));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !written || !(9..=11).contains(&digits.len()) || !digits.starts_with('0') {
        return Vec::new();
    }
    let area = if digits.starts_with("02") { 2 } else { 3 };
    let last = digits.len() - 4;
    let dashed = format!("{}-{}-{}", &digits[..area], &digits[area..last], &digits[last..]);
    vec![digits, dashed]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_found_however_they_are_written() {
        for typed in ["010-1234-5678", "01012345678", "010 1234 5678"] {
            assert_eq!(telephones(typed), ["01012345678", "010-1234-5678"], "{typed}");
        }
        assert_eq!(telephones("02-123-4567")[1], "02-123-4567");
        for other in ["imp_010123456789", "30012345", "1234567890", "0101234567890"] {
            assert!(telephones(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn pasted_text_is_trimmed_and_plain() {
        assert_eq!(plain("  imp_1\0\n "), "imp_1");
        assert_eq!(plain(&"x".repeat(500)).len(), LONGEST);
    }
}
