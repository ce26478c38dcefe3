//! What a caller may say about a cancel.

use crate::commit::Actor;

/// `POST /payments/cancel` or the console's form. Amounts are decimal texts of major units.
#[derive(Clone, Debug)]
pub struct CancelRequest {
    /// The payment; wins over `merchant_uid`.
    pub imp_uid: Option<String>,
    /// The order.
    pub merchant_uid: Option<String>,
    /// What to give back; nothing or zero means everything that is left.
    pub amount: Option<String>,
    /// Tax-free part of it.
    pub tax_free: Option<String>,
    /// VAT of it.
    pub vat_amount: Option<String>,
    /// What the caller believes is left before this cancel.
    pub checksum: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Holder of the refund account.
    pub refund_holder: Option<String>,
    /// Bank code of the refund account, in any shape merchants use.
    pub refund_bank: Option<String>,
    /// Number of the refund account.
    pub refund_account: Option<String>,
    /// Telephone of the holder.
    pub refund_tel: Option<String>,
    /// The product order it gives money back for, at PGs that have them; `amount` is then its own.
    pub item: Option<pg::ItemCancel>,
    /// A webhook is wanted.
    pub webhook: bool,
    /// [`Actor::Api`], [`Actor::Console`] or [`Actor::Job`].
    pub actor: Actor,
}

impl CancelRequest {
    /// A cancel by API of this payment, everything else left out.
    #[must_use]
    pub fn of(imp_uid: &str) -> Self {
        Self {
            imp_uid: Some(imp_uid.to_owned()),
            merchant_uid: None,
            amount: None,
            tax_free: None,
            vat_amount: None,
            checksum: None,
            reason: None,
            refund_holder: None,
            refund_bank: None,
            refund_account: None,
            refund_tel: None,
            item: None,
            webhook: false,
            actor: Actor::Api,
        }
    }

    pub(super) fn has_refund_account(&self) -> bool {
        let given = |text: &Option<String>| text.as_ref().is_some_and(|t| !t.trim().is_empty());
        given(&self.refund_holder) && given(&self.refund_bank) && given(&self.refund_account)
    }
}
