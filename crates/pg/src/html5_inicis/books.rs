//! What KG Inicis' books say, for reconciliation: the inquiry by TID, which tells how much was
//! given back in one sum.

use super::inquiry::{self, By, Found, Standing};
use super::wire::Memo;
use crate::capability::inquiry::{Inquiries, Inquiry, Known, Told};
use crate::{CancelOrder, CancelSettled, Cx, PgError};
use domain::Money;

/// KG Inicis' inquiries.
pub(super) struct InicisInquiries;

#[async_trait::async_trait]
impl Inquiries for InicisInquiries {
    fn tells_backs(&self) -> bool {
        true
    }

    async fn payment(&self, cx: &Cx<'_>, asked: &Inquiry) -> Result<Told, PgError> {
        let ip = Memo::read(&asked.memo)?.ip;
        Ok(told(cx, asked, inquiry::ask(cx, &ip, By::Tid(&asked.tid)).await?))
    }

    async fn cancel(&self, _cx: &Cx<'_>, _cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
        Ok(CancelSettled::CannotTell("cancels are told with their payment".into()))
    }
}

fn told(cx: &Cx<'_>, asked: &Inquiry, found: Found) -> Told {
    let cannot = |why: String| Told::CannotTell(why);
    let known = match found {
        Found::None => return Told::Nothing,
        Found::Refused(why) => return cannot(why),
        Found::Trade(known) => known,
    };
    if !known.is_of(cx, &asked.imp_uid) || known.tid != asked.tid {
        return cannot(format!("the inquiry names {}", known.tid));
    }
    if known.vbank || asked.method == "vbank" {
        return cannot("the inquiry does not tell a deposit from an open account".into());
    }
    let Some(amount) = known.price else { return cannot("the inquiry tells no amount".into()) };
    let back = match &known.standing {
        Standing::Approved { sure: true } => Money::zero(amount.currency()),
        // A shape that cannot show partial cancels.
        Standing::Approved { sure: false } => {
            return cannot("the inquiry does not tell of partial cancels".into());
        }
        Standing::Cancelled(_) => amount,
        Standing::Part { left: Some(left), .. } => match amount.minus(*left) {
            Ok(back) => back,
            Err(why) => return cannot(why.to_string()),
        },
        Standing::Part { left: None, .. } => {
            return cannot("the inquiry does not tell what is left".into());
        }
        Standing::Strange(word) => return cannot(word.clone()),
    };
    let mid = known.mid.clone();
    Told::Known(Known { tid: known.tid, mid, amount, at: known.at, back: Some(back) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, credentials, cx};
    use super::super::wire::won;
    use super::*;

    fn ask(standing: Standing, price: &str) -> Told {
        let credentials = credentials();
        let context = cx(&Deaf, &credentials);
        let asked = Inquiry {
            imp_uid: "imp_1".into(),
            tid: "T".into(),
            amount: won("1000").unwrap(),
            method: "card".into(),
            memo: String::new(),
            asked_at: domain::Millis(0),
        };
        let known = inquiry::Known {
            tid: "T".into(),
            oid: "imp_1".into(),
            mid: String::new(),
            standing,
            vbank: false,
            price: won(price),
            at: None,
        };
        told(&context, &asked, Found::Trade(Box::new(known)))
    }

    #[test]
    fn what_went_back_is_told_in_one_sum() {
        for (standing, expected) in [
            (Standing::Approved { sure: true }, "0"),
            (Standing::Cancelled(None), "1000"),
            (Standing::Part { left: won("300"), latest: None }, "700"),
        ] {
            let Told::Known(known) = ask(standing, "1000") else { panic!("not known") };
            assert_eq!((known.amount, known.back), (won("1000").unwrap(), won(expected)));
        }
    }

    #[test]
    fn what_the_answer_leaves_open_is_not_guessed() {
        for (standing, price) in [
            (Standing::Approved { sure: false }, "1000"),
            (Standing::Approved { sure: true }, ""),
            (Standing::Part { left: None, latest: None }, "1000"),
            (Standing::Part { left: won("2000"), latest: None }, "1000"),
            (Standing::Strange("?".into()), "1000"),
        ] {
            assert!(matches!(ask(standing, price), Told::CannotTell(_)));
        }
    }
}
