//! The inquiry: the answer to an approval or revise of today or yesterday, without its signature.

use super::checks::{answer_key, need};
use super::{PG, Refused};
use crate::sim::{Books, SimCx};
use serde_json::Value;

/// Finds the answer to a number of a day.
pub(super) fn find(cx: &SimCx, books: &dyn Books, body: &Value) -> Result<Value, Refused> {
    let number = need(body, "shopTransactionId", 60)?;
    let day = need(body, "transactionDate", 8)?;
    let days = [cx.at.kst8(), cx.at.plus_seconds(-86_400).kst8()];
    if !days.contains(&day) {
        return Err(Refused::new("R211", "당일 또는 전일 거래만 조회할 수 있습니다."));
    }
    let kept = books.note(PG, &answer_key(&number, &day));
    let kept: Option<Value> = kept.and_then(|answer| serde_json::from_str(&answer).ok());
    // Of a removed key only the number is kept.
    kept.filter(Value::is_object).ok_or_else(|| Refused::new("R210", "조회된 거래가 없습니다."))
}
