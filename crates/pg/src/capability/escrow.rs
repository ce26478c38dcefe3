//! Escrow: the PG keeps the buyer's money until the goods arrived. The shop says what it sent, the
//! buyer takes or refuses it.

use crate::cx::Cx;
use crate::error::PgError;
use domain::{Millis, Money};
use serde::{Deserialize, Serialize};

/// V1's couriers and their Korean names; the last is for all others.
pub const COURIERS: &[(&str, &str)] = &[
    ("HYUNDAI", "롯데택배"),
    ("HANARO", "하나로택배"),
    ("SAGAWA", "사가와익스프레스"),
    ("KGB", "로젠택배"),
    ("YELLOWCAP", "옐로우캡"),
    ("DONGBU", "동부택배"),
    ("EPOST", "우체국택배"),
    ("CJGLS", "CJ대한통운"),
    ("HANJIN", "한진택배"),
    ("DAESIN", "대신택배"),
    ("REGISTPOST", "우편등기"),
    ("CHUNIL", "천일택배"),
    ("ILYANG", "일양로지스"),
    ("CVSNET", "편의점택배"),
    ("KDEXP", "경동택배"),
    ("HONAM", "호남택배"),
    ("HDEXP", "합동택배"),
    ("ETC", "기타"),
];

/// V1's code of a courier, whatever the merchant wrote: old names are the new ones', unknown ones
/// are `ETC`.
#[must_use]
pub fn courier(written: &str) -> &'static str {
    let upper = written.trim().to_ascii_uppercase();
    let now = match upper.as_str() {
        "LOGEN" => "KGB",
        "KOREX" => "CJGLS",
        other => other,
    };
    COURIERS.iter().find(|(code, _)| *code == now).map_or("ETC", |(code, _)| code)
}

/// Who sends or receives.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Telephone.
    pub tel: String,
    /// Address.
    pub addr: String,
    /// Postcode.
    pub postcode: String,
}

impl std::fmt::Debug for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Party(***)")
    }
}

/// What was sent, for an escrow payment.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The payment: the PG's order number.
    pub imp_uid: String,
    /// The PG's transaction number of the approval.
    pub tid: String,
    /// What was paid.
    pub amount: Money,
    /// The connector's memo of the approval.
    pub memo: String,
    /// True to change what was registered before.
    pub change: bool,
    /// Who sends.
    pub sender: Party,
    /// Who receives.
    pub receiver: Party,
    /// V1's code of the courier, one of [`COURIERS`].
    pub courier: &'static str,
    /// The courier's number of the parcel.
    pub invoice: String,
    /// When it was sent.
    pub sent_at: Millis,
    /// The buyer shall be told by e-mail of the purchase being final.
    pub send_email: bool,
}

impl Delivery {
    /// The courier's Korean name.
    #[must_use]
    pub fn courier_name(&self) -> &'static str {
        COURIERS.iter().find(|(code, _)| *code == self.courier).map_or("기타", |(_, name)| name)
    }
}

/// A delivery is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The PG's own time.
    pub at: Option<Millis>,
}

/// How an unanswered registration ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliverySettled {
    /// It is registered.
    Registered(Registered),
    /// This PG cannot tell: a person must look at its admin pages.
    CannotTell(String),
}

/// The PG tells what became of an escrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscrowChange {
    /// The MID it names.
    pub mid: String,
    /// The order number it names: our imp_uid.
    pub order_no: String,
    /// The transaction.
    pub tid: String,
    /// V1's code: 2 sent, 3 taken, 31 taken by time, 32 taken by force, 4 refused, 8 cancelled, 10
    /// refusal confirmed.
    pub status: String,
    /// When.
    pub at: Millis,
    /// Why the buyer refused; empty otherwise.
    pub reason: String,
}

impl EscrowChange {
    /// Whether this can come after what is known. A sale goes one way: sent, decided by the buyer,
    /// a refusal confirmed, cancelled.
    pub fn follows(&self, known: Option<&str>) -> bool {
        let step = |status: &str| match status {
            "3" | "31" | "32" | "4" => 2,
            "10" => 3,
            "8" => 4,
            _ => 1,
        };
        known.is_none_or(|known| step(&self.status) >= step(known))
    }
}

/// A PG with escrow payments whose deliveries can be registered.
#[async_trait::async_trait]
pub trait Escrows: Send + Sync {
    /// A registered delivery can be changed.
    fn can_change(&self) -> bool;

    /// Refuses what this PG cannot be asked for, before anything is written down or sent.
    ///
    /// # Errors
    /// [`PgError::Invalid`] naming V1's field.
    fn check(&self, delivery: &Delivery) -> Result<(), PgError>;

    /// Registers or changes.
    async fn register(&self, cx: &Cx<'_>, delivery: &Delivery) -> Result<Registered, PgError>;

    /// How a registration without an answer ended. It moves no money: it may be sent again.
    async fn settle(&self, cx: &Cx<'_>, delivery: &Delivery) -> Result<DeliverySettled, PgError>;

    /// V1's name of the webhook that tells of changes; `None` where V1 has none.
    fn event(&self) -> Option<&'static str> {
        None
    }

    /// Reads what the *simulator* tells of a change. No PG here publishes its own form: nothing of
    /// a live channel is read by this.
    ///
    /// # Errors
    /// [`PgError::Invalid`] if it is none.
    fn read_simulated(&self, _body: &[u8]) -> Result<EscrowChange, PgError> {
        Err(PgError::invalid("body", "에스크로 상태 변경 통보를 받지 않는 PG입니다."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn couriers_by_any_name() {
        for (written, code) in [
            ("HANJIN", "HANJIN"),
            ("hanjin", "HANJIN"),
            ("LOGEN", "KGB"),
            ("KOREX", "CJGLS"),
            (" EPOST ", "EPOST"),
            ("퀵", "ETC"),
            ("", "ETC"),
        ] {
            assert_eq!(courier(written), code, "{written}");
        }
    }
}
