//! The states of a product order, and what each step makes of each: a pure table, printed in
//! `README.md` of the connector's folder.
//!
//! Words are those of Naver's order-type payments as V1's description lists them. What it does not
//! say (which step is allowed when) follows what sellers know from Naver's own center: shipping
//! turns down a cancel, a withheld return is resolved before it is approved, an exchange is sent
//! again once the first product has arrived.

use super::super::Refused;

/// `product_order_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    PaymentWaiting,
    Payed,
    Delivering,
    Delivered,
    PurchaseDecided,
    Exchanged,
    Canceled,
    Returned,
    CanceledByNopayment,
}

/// `claim_type` and `claim_status` as one; both words together name one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Claim {
    None,
    CancelRequest,
    Canceling,
    CancelDone,
    CancelReject,
    ReturnRequest,
    ReturnCollecting,
    ReturnCollectDone,
    ReturnDone,
    ReturnReject,
    ExchangeRequest,
    ExchangeCollecting,
    ExchangeCollectDone,
    ExchangeRedelivering,
    ExchangeDone,
    ExchangeReject,
    Holdback,
    HoldbackRedelivering,
    DecisionRequest,
    HoldbackRelease,
    AdminCanceling,
    AdminCancelDone,
}

/// Everything the table decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    pub(super) status: Status,
    pub(super) claim: Claim,
    /// The seller took the order on.
    pub(super) placed: bool,
    /// The return is held back.
    pub(super) withheld: bool,
}

/// What happens to a product order: the seller's steps first, then the buyer's and the carrier's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Cancel,
    ApproveCancel,
    Place,
    Ship,
    RequestReturn,
    ApproveReturn,
    RejectReturn,
    WithholdReturn,
    ResolveReturn,
    CollectExchanged,
    ShipExchanged,
    RequestCancel,
    RequestExchange,
    Withdraw,
    Collect,
    Deliver,
    Decide,
    Review,
}

/// Where a standing is, as far as steps differ by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Unpaid,
    New,
    CancelAsked,
    Sent,
    Return(Way),
    Exchange(Way),
    Redelivering,
    Decided,
    Ended,
    /// A state Naver's own people bring about; nobody does in the sandbox.
    Elsewhere,
}

/// How far a product is on its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Asked,
    Collecting,
    Collected,
}

pub(super) const ENDED: Refused = ("N101", "이미 종료된 상품주문입니다.");
pub(super) const UNPAID: Refused = ("N102", "결제되지 않은 상품주문입니다.");
pub(super) const SENT: Refused = ("N103", "이미 발송된 상품주문입니다.");
pub(super) const NOT_SENT: Refused = ("N104", "아직 발송되지 않은 상품주문입니다.");
pub(super) const CLAIMED: Refused = ("N105", "처리 중인 취소·반품·교환이 있는 상품주문입니다.");
pub(super) const NO_CANCEL: Refused = ("N106", "구매자의 취소 요청이 없는 상품주문입니다.");
pub(super) const NO_RETURN: Refused = ("N107", "진행 중인 반품이 없는 상품주문입니다.");
pub(super) const NO_EXCHANGE: Refused = ("N108", "진행 중인 교환이 없는 상품주문입니다.");
pub(super) const NO_CLAIM: Refused = ("N109", "진행 중인 취소·반품·교환이 없는 상품주문입니다.");
pub(super) const PLACED: Refused = ("N110", "이미 발주 처리된 상품주문입니다.");
pub(super) const WITHHELD: Refused = ("N111", "반품이 보류된 상품주문입니다.");
pub(super) const NOT_WITHHELD: Refused = ("N112", "반품이 보류되지 않은 상품주문입니다.");
pub(super) const NOT_COLLECTED: Refused = ("N113", "교환할 상품이 아직 수거되지 않았습니다.");
pub(super) const COLLECTED: Refused = ("N114", "이미 수거된 상품주문입니다.");
pub(super) const SENT_AGAIN: Refused = ("N115", "교환 상품이 이미 발송되었습니다.");
pub(super) const DELIVERED: Refused = ("N116", "이미 배송된 상품주문입니다.");
pub(super) const NOT_DECIDED: Refused = ("N117", "구매확정되지 않은 상품주문입니다.");

/// Every refusal, for the page that explains them.
#[cfg(test)]
pub(super) const REFUSALS: [Refused; 17] = [
    ENDED,
    UNPAID,
    SENT,
    NOT_SENT,
    CLAIMED,
    NO_CANCEL,
    NO_RETURN,
    NO_EXCHANGE,
    NO_CLAIM,
    PLACED,
    WITHHELD,
    NOT_WITHHELD,
    NOT_COLLECTED,
    COLLECTED,
    SENT_AGAIN,
    DELIVERED,
    NOT_DECIDED,
];

impl Standing {
    /// A product that was just paid.
    pub(super) const NEW: Self =
        Self { status: Status::Payed, claim: Claim::None, placed: false, withheld: false };

    /// The standing after a step, or why it is not to be taken.
    pub(super) fn after(self, act: Act) -> Result<Self, Refused> {
        match (act, self.phase()) {
            (_, Phase::Unpaid) => Err(UNPAID),
            (Act::Review, Phase::Decided) => Ok(self),
            (Act::Review, _) => Err(NOT_DECIDED),
            (_, Phase::Ended | Phase::Decided) => Err(ENDED),
            (_, Phase::Elsewhere) => Err(CLAIMED),
            (Act::Cancel | Act::ApproveCancel | Act::RequestCancel, phase) => {
                self.after_cancel(act, phase)
            }
            (Act::Place | Act::Ship | Act::Deliver | Act::Decide, phase) => {
                self.after_delivery(act, phase)
            }
            (Act::Withdraw | Act::Collect, phase) => self.after_buyer(act, phase),
            (Act::CollectExchanged | Act::ShipExchanged | Act::RequestExchange, phase) => {
                self.after_exchange(act, phase)
            }
            (_, phase) => self.after_return(act, phase),
        }
    }

    fn after_cancel(self, act: Act, phase: Phase) -> Result<Self, Refused> {
        match (act, phase) {
            (Act::Cancel, Phase::New) | (Act::ApproveCancel, Phase::CancelAsked) => {
                Ok(Self { status: Status::Canceled, ..self.with(Claim::CancelDone) })
            }
            (Act::ApproveCancel, _) => Err(NO_CANCEL),
            (Act::RequestCancel, Phase::New) => Ok(self.with(Claim::CancelRequest)),
            (_, Phase::CancelAsked) => Err(CLAIMED),
            _ => Err(SENT),
        }
    }

    fn after_delivery(self, act: Act, phase: Phase) -> Result<Self, Refused> {
        match (act, phase) {
            (Act::Place, Phase::New) if self.placed => Err(PLACED),
            (Act::Place, Phase::New) => Ok(Self { placed: true, ..self }),
            (Act::Place, Phase::CancelAsked) => Err(CLAIMED),
            (Act::Ship, Phase::New) => {
                Ok(Self { status: Status::Delivering, placed: true, ..self })
            }
            // What is on its way is not cancelled any more.
            (Act::Ship, Phase::CancelAsked) => {
                let turned_down = self.with(Claim::CancelReject);
                Ok(Self { status: Status::Delivering, placed: true, ..turned_down })
            }
            (Act::Place | Act::Ship, _) => Err(SENT),
            (_, Phase::New | Phase::CancelAsked) => Err(NOT_SENT),
            (Act::Deliver, Phase::Redelivering) => {
                Ok(Self { status: Status::Exchanged, ..self.with(Claim::ExchangeDone) })
            }
            (Act::Deliver, Phase::Sent) if self.status == Status::Delivered => Err(DELIVERED),
            (Act::Deliver, Phase::Sent) => Ok(Self { status: Status::Delivered, ..self }),
            (Act::Decide, Phase::Sent) => Ok(Self { status: Status::PurchaseDecided, ..self }),
            _ => Err(CLAIMED),
        }
    }

    fn after_buyer(self, act: Act, phase: Phase) -> Result<Self, Refused> {
        let next = match (act, phase) {
            (Act::Withdraw, Phase::CancelAsked) => Claim::CancelReject,
            (Act::Withdraw, Phase::Return(Way::Asked | Way::Collecting)) => Claim::ReturnReject,
            (Act::Withdraw, Phase::Exchange(Way::Asked | Way::Collecting)) => Claim::ExchangeReject,
            (Act::Collect, Phase::Return(Way::Asked)) => Claim::ReturnCollecting,
            (Act::Collect, Phase::Return(Way::Collecting)) => Claim::ReturnCollectDone,
            (Act::Collect, Phase::Exchange(Way::Asked)) => Claim::ExchangeCollecting,
            (Act::Collect, Phase::Exchange(Way::Collecting)) => Claim::ExchangeCollectDone,
            (_, Phase::Return(Way::Collected) | Phase::Exchange(Way::Collected)) => {
                return Err(COLLECTED);
            }
            (_, Phase::Redelivering) => return Err(SENT_AGAIN),
            _ => return Err(NO_CLAIM),
        };
        let withheld = self.withheld && next != Claim::ReturnReject;
        Ok(Self { withheld, ..self.with(next) })
    }

    fn after_return(self, act: Act, phase: Phase) -> Result<Self, Refused> {
        match (act, phase) {
            (Act::RequestReturn, Phase::Sent) => Ok(self.with(Claim::ReturnRequest)),
            (Act::RequestReturn, Phase::New | Phase::CancelAsked) => Err(NOT_SENT),
            (Act::RequestReturn, _) => Err(CLAIMED),
            (Act::ApproveReturn | Act::WithholdReturn, Phase::Return(_)) if self.withheld => {
                Err(WITHHELD)
            }
            (Act::ApproveReturn, Phase::Return(_)) => {
                Ok(Self { status: Status::Returned, ..self.with(Claim::ReturnDone) })
            }
            (Act::RejectReturn, Phase::Return(_)) => {
                Ok(Self { withheld: false, ..self.with(Claim::ReturnReject) })
            }
            (Act::WithholdReturn, Phase::Return(_)) => Ok(Self { withheld: true, ..self }),
            (Act::ResolveReturn, Phase::Return(_)) if self.withheld => {
                Ok(Self { withheld: false, ..self })
            }
            (Act::ResolveReturn, Phase::Return(_)) => Err(NOT_WITHHELD),
            _ => Err(NO_RETURN),
        }
    }

    fn after_exchange(self, act: Act, phase: Phase) -> Result<Self, Refused> {
        match (act, phase) {
            (Act::RequestExchange, Phase::Sent) => Ok(self.with(Claim::ExchangeRequest)),
            (Act::RequestExchange, Phase::New | Phase::CancelAsked) => Err(NOT_SENT),
            (Act::RequestExchange, _) => Err(CLAIMED),
            (_, Phase::Redelivering) => Err(SENT_AGAIN),
            (Act::CollectExchanged, Phase::Exchange(Way::Asked | Way::Collecting)) => {
                Ok(self.with(Claim::ExchangeCollectDone))
            }
            (Act::CollectExchanged, Phase::Exchange(Way::Collected)) => Err(COLLECTED),
            (_, Phase::Exchange(Way::Collected)) => Ok(self.with(Claim::ExchangeRedelivering)),
            (_, Phase::Exchange(_)) => Err(NOT_COLLECTED),
            _ => Err(NO_EXCHANGE),
        }
    }

    const fn with(self, claim: Claim) -> Self {
        Self { claim, ..self }
    }

    const fn phase(self) -> Phase {
        match (self.status, self.claim) {
            (Status::PaymentWaiting, _) => Phase::Unpaid,
            (Status::PurchaseDecided, _) => Phase::Decided,
            (
                Status::Exchanged
                | Status::Canceled
                | Status::Returned
                | Status::CanceledByNopayment,
                _,
            ) => Phase::Ended,
            (Status::Payed, Claim::None | Claim::CancelReject) => Phase::New,
            (Status::Payed, Claim::CancelRequest) => Phase::CancelAsked,
            (Status::Payed, _) => Phase::Elsewhere,
            (Status::Delivering | Status::Delivered, claim) => match claim {
                Claim::None | Claim::CancelReject | Claim::ReturnReject | Claim::ExchangeReject => {
                    Phase::Sent
                }
                Claim::ReturnRequest => Phase::Return(Way::Asked),
                Claim::ReturnCollecting => Phase::Return(Way::Collecting),
                Claim::ReturnCollectDone => Phase::Return(Way::Collected),
                Claim::ExchangeRequest => Phase::Exchange(Way::Asked),
                Claim::ExchangeCollecting => Phase::Exchange(Way::Collecting),
                Claim::ExchangeCollectDone => Phase::Exchange(Way::Collected),
                Claim::ExchangeRedelivering => Phase::Redelivering,
                _ => Phase::Elsewhere,
            },
        }
    }
}
