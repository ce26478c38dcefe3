//! Money where none was expected: what a person is told.

use domain::Millis;
use domain::payment::Surprise;
use store::attentions::AttentionRow;
use store::payments::PaymentRow;

/// The attention for a surprise; `row` is the payment as it will be.
pub(super) fn attention(row: &PaymentRow, surprise: Surprise, at: Millis) -> AttentionRow {
    let (kind, detail) = match surprise {
        Surprise::DepositAfterCancel => {
            ("deposit_after_cancel", "취소된 거래의 가상계좌에 입금되었습니다. 환불이 필요합니다.")
        }
        Surprise::MoneyAfterFailure => {
            ("money_after_failure", "실패한 거래에 대해 PG사가 승인 또는 입금을 알려왔습니다.")
        }
    };
    AttentionRow {
        id: format!("{kind}:{}:{}", row.imp_uid, row.version),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        at: at.0,
        kind: kind.to_owned(),
        detail: detail.to_owned(),
        resolved_at: None,
        resolved_by: None,
    }
}
