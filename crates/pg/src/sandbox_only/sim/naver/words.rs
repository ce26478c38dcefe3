//! The table's words as they travel.

use super::table::{Act, Claim, Status};

impl Status {
    pub(super) const ALL: [Self; 9] = [
        Self::PaymentWaiting,
        Self::Payed,
        Self::Delivering,
        Self::Delivered,
        Self::PurchaseDecided,
        Self::Exchanged,
        Self::Canceled,
        Self::Returned,
        Self::CanceledByNopayment,
    ];

    /// Naver's word.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::PaymentWaiting => "PAYMENT_WAITING",
            Self::Payed => "PAYED",
            Self::Delivering => "DELIVERING",
            Self::Delivered => "DELIVERED",
            Self::PurchaseDecided => "PURCHASE_DECIDED",
            Self::Exchanged => "EXCHANGED",
            Self::Canceled => "CANCELED",
            Self::Returned => "RETURNED",
            Self::CanceledByNopayment => "CANCELED_BY_NOPAYMENT",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

impl Claim {
    pub(super) const ALL: [Self; 22] = [
        Self::None,
        Self::CancelRequest,
        Self::Canceling,
        Self::CancelDone,
        Self::CancelReject,
        Self::ReturnRequest,
        Self::ReturnCollecting,
        Self::ReturnCollectDone,
        Self::ReturnDone,
        Self::ReturnReject,
        Self::ExchangeRequest,
        Self::ExchangeCollecting,
        Self::ExchangeCollectDone,
        Self::ExchangeRedelivering,
        Self::ExchangeDone,
        Self::ExchangeReject,
        Self::Holdback,
        Self::HoldbackRedelivering,
        Self::DecisionRequest,
        Self::HoldbackRelease,
        Self::AdminCanceling,
        Self::AdminCancelDone,
    ];

    /// Naver's two words: the type and the status; empty for no claim.
    pub(super) const fn words(self) -> (&'static str, &'static str) {
        const HOLDBACK: &str = "PURCHASE_DECISION_HOLDBACK";
        match self {
            Self::None => ("", ""),
            Self::CancelRequest => ("CANCEL", "CANCEL_REQUEST"),
            Self::Canceling => ("CANCEL", "CANCELING"),
            Self::CancelDone => ("CANCEL", "CANCEL_DONE"),
            Self::CancelReject => ("CANCEL", "CANCEL_REJECT"),
            Self::ReturnRequest => ("RETURN", "RETURN_REQUEST"),
            Self::ReturnCollecting => ("RETURN", "COLLECTING"),
            Self::ReturnCollectDone => ("RETURN", "COLLECT_DONE"),
            Self::ReturnDone => ("RETURN", "RETURN_DONE"),
            Self::ReturnReject => ("RETURN", "RETURN_REJECT"),
            Self::ExchangeRequest => ("EXCHANGE", "EXCHANGE_REQUEST"),
            Self::ExchangeCollecting => ("EXCHANGE", "COLLECTING"),
            Self::ExchangeCollectDone => ("EXCHANGE", "COLLECT_DONE"),
            Self::ExchangeRedelivering => ("EXCHANGE", "EXCHANGE_REDELIVERING"),
            Self::ExchangeDone => ("EXCHANGE", "EXCHANGE_DONE"),
            Self::ExchangeReject => ("EXCHANGE", "EXCHANGE_REJECT"),
            Self::Holdback => (HOLDBACK, HOLDBACK),
            Self::HoldbackRedelivering => (HOLDBACK, "PURCHASE_DECISION_HOLDBACK_REDELIVERING"),
            Self::DecisionRequest => (HOLDBACK, "PURCHASE_DECISION_REQUEST"),
            Self::HoldbackRelease => (HOLDBACK, "PURCHASE_DECISION_HOLDBACK_RELEASE"),
            Self::AdminCanceling => ("ADMIN_CANCEL", "ADMIN_CANCELING"),
            Self::AdminCancelDone => ("ADMIN_CANCEL", "ADMIN_CANCEL_DONE"),
        }
    }

    pub(super) fn parse(kind: &str, status: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.words() == (kind, status))
    }
}

impl Act {
    #[cfg(test)]
    pub(super) const ALL: [Self; 18] = [
        Self::Cancel,
        Self::ApproveCancel,
        Self::Place,
        Self::Ship,
        Self::RequestReturn,
        Self::ApproveReturn,
        Self::RejectReturn,
        Self::WithholdReturn,
        Self::ResolveReturn,
        Self::CollectExchanged,
        Self::ShipExchanged,
        Self::RequestCancel,
        Self::RequestExchange,
        Self::Withdraw,
        Self::Collect,
        Self::Deliver,
        Self::Decide,
        Self::Review,
    ];

    /// V1's word in its paths, ours for what buyers and carriers do.
    #[cfg(test)]
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::ApproveCancel => "approve-cancel",
            Self::Place => "place",
            Self::Ship => "ship",
            Self::RequestReturn => "request-return",
            Self::ApproveReturn => "approve-return",
            Self::RejectReturn => "reject-return",
            Self::WithholdReturn => "withhold-return",
            Self::ResolveReturn => "resolve-return",
            Self::CollectExchanged => "collect-exchanged",
            Self::ShipExchanged => "ship-exchanged",
            Self::RequestCancel => "request-cancel",
            Self::RequestExchange => "request-exchange",
            Self::Withdraw => "withdraw",
            Self::Collect => "collect",
            Self::Deliver => "deliver",
            Self::Decide => "decide",
            Self::Review => "review",
        }
    }

    /// A seller's step that moves no money.
    pub(super) fn of_seller(word: &str) -> Option<Self> {
        Some(match word {
            "place" => Self::Place,
            "ship" => Self::Ship,
            "request-return" => Self::RequestReturn,
            "reject-return" => Self::RejectReturn,
            "withhold-return" => Self::WithholdReturn,
            "resolve-return" => Self::ResolveReturn,
            "collect-exchanged" => Self::CollectExchanged,
            "ship-exchanged" => Self::ShipExchanged,
            _ => return None,
        })
    }

    /// A seller's step that gives money back.
    pub(super) fn of_refund(word: &str) -> Option<Self> {
        Some(match word {
            "cancel" => Self::Cancel,
            "approve-cancel" => Self::ApproveCancel,
            "approve-return" => Self::ApproveReturn,
            _ => return None,
        })
    }

    /// What buyers and carriers do.
    pub(super) fn of_buyer(word: &str) -> Option<Self> {
        Some(match word {
            "request-cancel" => Self::RequestCancel,
            "request-return" => Self::RequestReturn,
            "request-exchange" => Self::RequestExchange,
            "withdraw" => Self::Withdraw,
            "collect" => Self::Collect,
            "deliver" => Self::Deliver,
            "decide" => Self::Decide,
            "review" => Self::Review,
            _ => return None,
        })
    }
}
