//! How a charge without an answer ended: the PG's books are asked by order number.
//!
//! Unlike an approval of a window, a charge found there is taken as paid: the merchant asked for it
//! and nobody was told that it failed. It has to be ours beyond doubt for that: transaction number
//! and price told, the price the one asked for. Nothing is sent again and nothing is given back.

use super::billing_charge;
use super::inquiry::{self, By, Found, Known, Standing};
use super::wire::client_ip;
use crate::{Approval, Card, Charge, Cx, PgError, Settled};

/// Asks the books.
pub(super) async fn settle(cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError> {
    let ip = client_ip(&charge.client_ip);
    match inquiry::ask(cx, &ip, By::Oid(&charge.imp_uid)).await? {
        Found::None => Ok(Settled::Nothing),
        Found::Refused(why) => Ok(Settled::CannotTell(why)),
        Found::Trade(known) if known.is_of(cx, &charge.imp_uid) => Ok(outcome(charge, &known)),
        Found::Trade(known) => Ok(Settled::CannotTell(format!("the inquiry names {}", known.tid))),
    }
}

fn outcome(charge: &Charge, known: &Known) -> Settled {
    let cannot = |why: &str| Settled::CannotTell(format!("{}: {why}", known.tid));
    match &known.standing {
        Standing::Cancelled(_) => Settled::Voided,
        Standing::Approved { .. } if known.tid.is_empty() => cannot("no transaction number"),
        Standing::Approved { .. } if known.vbank => cannot("a virtual account"),
        Standing::Approved { .. } if known.price != Some(charge.amount) => {
            cannot("not the price asked for")
        }
        Standing::Approved { .. } => Settled::Approved(Box::new(approval(charge, known))),
        Standing::Part { .. } => cannot("part cancelled"),
        Standing::Strange(word) => cannot(word),
    }
}

/// The inquiry tells neither approval number nor card: the card is the key's, the instalments those
/// asked for.
fn approval(charge: &Charge, known: &Known) -> Approval {
    Approval {
        tid: known.tid.clone(),
        amount: charge.amount,
        account: None,
        apply_num: None,
        at: known.at,
        method: None,
        emb_pg_provider: None,
        card: charge.key.card.clone().map(|card| Card { quota: charge.quota, ..card }),
        bank: None,
        cash_receipt: false,
        issued_key: None,
        memo: billing_charge::memo(charge),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{at, charge};
    use super::super::wire::won;
    use super::*;

    fn known(standing: Standing) -> Known {
        Known {
            tid: "INIAPICARDINIpayTest20231115071320123456".into(),
            oid: "imp_000000000002".into(),
            mid: "INIpayTest".into(),
            standing,
            vbank: false,
            price: won("14000"),
            at: Some(at()),
        }
    }

    #[test]
    fn a_charge_in_the_books_is_paid() {
        for sure in [true, false] {
            let settled = outcome(&charge(), &known(Standing::Approved { sure }));
            let Settled::Approved(approval) = settled else { panic!("{settled:?}") };
            assert_eq!(approval.amount.minor(), 14000);
            assert_eq!((approval.at, approval.apply_num), (Some(at()), None));
            assert_eq!(approval.card.unwrap().number.as_deref(), Some("400914*********7"));
            assert_eq!(approval.memo, r#"{"way":"key","ip":"203.0.113.9"}"#);
        }
    }

    #[test]
    fn anything_doubtful_is_for_a_person() {
        let approved = || known(Standing::Approved { sure: true });
        for known in [
            Known { tid: String::new(), ..approved() },
            Known { price: None, ..approved() },
            Known { price: won("13999"), ..approved() },
            Known { vbank: true, ..approved() },
            known(Standing::Part { left: won("1"), latest: None }),
            known(Standing::Strange("WAIT".into())),
        ] {
            let settled = outcome(&charge(), &known);
            assert!(matches!(settled, Settled::CannotTell(_)), "{known:?}: {settled:?}");
        }
        assert_eq!(outcome(&charge(), &known(Standing::Cancelled(None))), Settled::Voided);
    }
}
