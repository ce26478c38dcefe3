//! The cards this NICE knows. A number is looked at once and never kept.

use super::catalog::{Fault, fault};
use crate::sim::cards::plan_of;
pub use crate::sim::cards::{Plan, TEST_CARDS, TestCard};

/// What is kept of a card.
pub(super) struct Seen {
    /// `12345678****1234`.
    pub(super) masked: String,
    /// NICE's two digits of the company.
    pub(super) code: &'static str,
    pub(super) plan: Plan,
}

/// Looks at the plain text of `EncData`. `now` is `YYMM` in KST; `any` takes every number.
pub(super) fn look(plain: &str, now: &str, any: bool) -> Result<Seen, Fault> {
    let get = |name: &str| {
        let pairs = plain.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    };
    let numeric = |text: &str, lengths: &[usize]| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let number = get("CardNo");
    let formed = numeric(number, &[13, 14, 15, 16]);
    let Some(plan) = plan_of(number, any).filter(|_| formed) else {
        return Err(fault("F112"));
    };
    let (year, month) = (get("ExpYear"), get("ExpMonth"));
    let formed = numeric(year, &[2]) && numeric(month, &[2]) && ("01"..="12").contains(&month);
    let past = (year, month) < (&now[..2], &now[2..]);
    let holder = numeric(get("IDNo"), &[0, 6, 10]) && numeric(get("CardPw"), &[0, 2]);
    if !formed || past || !holder {
        return Err(fault("F113"));
    }
    if plan == Plan::NoKey {
        return Err(fault("F118"));
    }
    // NICE's manual shows eight digits of sixteen; of a shorter number that would be too many.
    let head = if number.len() == 16 { 8 } else { 6 };
    let (shown, rest) = number.split_at(head);
    let (hidden, tail) = rest.split_at(rest.len() - 4);
    let masked = format!("{shown}{}{tail}", "*".repeat(hidden.len()));
    Ok(Seen { masked, code: company(number), plan })
}

fn company(number: &str) -> &'static str {
    match number.as_bytes().first() {
        Some(b'4') => "25",
        Some(b'5') => "26",
        _ => "06",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn plain(number: &str, year: &str, month: &str) -> String {
        format!("CardNo={number}&ExpYear={year}&ExpMonth={month}&IDNo=800101&CardPw=12")
    }

    fn code(plain: &str) -> &'static str {
        look(plain, "2311", false).err().map_or("ok", |fault| fault.code)
    }

    #[test]
    fn a_card_is_looked_at() {
        let seen = look(&plain("9490000000000016", "30", "12"), "2311", false).unwrap();
        assert_eq!((seen.masked.as_str(), seen.code), ("94900000****0016", "06"));
        let amex = look(&plain("378282246310005", "30", "12"), "2311", false).unwrap();
        assert_eq!(amex.masked, "378282*****0005");
    }

    #[test]
    fn bad_cards() {
        assert_eq!(code(&plain("4092023012341234", "30", "12")), "F112");
        assert_eq!(code(&plain("", "30", "12")), "F112");
        assert_eq!(code(&plain("4111111111111111", "23", "10")), "F113", "over");
        assert_eq!(code(&plain("4111111111111111", "23", "11")), "ok", "to the end of its month");
        assert_eq!(code(&plain("4111111111111111", "30", "13")), "F113");
        assert_eq!(code(&plain("4000000000000002", "30", "12")), "F118");
        assert_eq!(code("garbage"), "F112");
    }
}
