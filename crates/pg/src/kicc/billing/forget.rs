//! Removing a key at KICC.

use crate::cx::Cx;
use crate::error::PgError;
use crate::kicc::wire::{self, Answer};
use crate::ops::IssuedKey;
use crate::wire::Request;
use serde_json::json;

/// Removes the key. Removing what is gone already succeeds: KICC answers such a request with a
/// refusal, and after a lost answer that is the good news.
pub(super) async fn forget(cx: &Cx<'_>, key: &IssuedKey) -> Result<(), PgError> {
    let number = number(cx);
    outcome(&wire::call(cx, request(cx, key, &number)?).await?, &number)
}

/// Another number for each try: one used twice a day is an error, and no inquiry tells how a
/// removal ended. Removing twice does no harm.
fn number(cx: &Cx<'_>) -> String {
    format!("{}_{}", cx.operation_id, &cx.at.kst14()[8..])
}

fn request(cx: &Cx<'_>, key: &IssuedKey, number: &str) -> Result<Request, PgError> {
    let body = json!({
        "mallId": cx.credentials.need("mid")?,
        "shopTransactionId": number,
        "batchKey": key.key,
        "removeReqDate": cx.at.kst8(),
    });
    Ok(wire::request(cx.mode, "forget", "/api/trades/removeBatchKey", &body))
}

/// KICC publishes no codes here: the words tell whether the key is gone.
fn outcome(answer: &Answer, number: &str) -> Result<(), PgError> {
    if answer.is_ok() {
        return answer.must_echo("shopTransactionId", number);
    }
    let message = answer.get("resMsg");
    let gone = ["이미 삭제", "이미 해지", "존재하지"].iter().any(|word| message.contains(word));
    if gone { Ok(()) } else { Err(answer.refusal()) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kicc::fixture;

    #[test]
    fn a_removal_as_it_is_sent() {
        let credentials = fixture::credentials();
        let cx = fixture::cx(&credentials);
        let request = request(&cx, &fixture::charge().key, &number(&cx)).unwrap();
        assert_eq!(request.url, "https://testpgapi.easypay.co.kr/api/trades/removeBatchKey");
        let expected = json!({
            "mallId": "T5102001", "shopTransactionId": "op1_090200",
            "batchKey": "574880230721BA465449", "removeReqDate": "20210326",
        });
        assert_eq!(fixture::json(&request), expected);
    }

    fn read(body: &str) -> Result<(), PgError> {
        outcome(&Answer::read(&fixture::response(body))?, "op1_090200")
    }

    #[test]
    fn gone_is_gone_and_everything_else_is_told() {
        let done = r#"{"resCd":"0000","resMsg":"정상","shopTransactionId":"op1_090200"}"#;
        assert_eq!(read(done), Ok(()));
        assert!(matches!(read(&done.replace("op1", "op2")), Err(PgError::Unknown(_))));
        let refused = |message: &str| read(&format!(r#"{{"resCd":"R1","resMsg":"{message}"}}"#));
        assert_eq!(refused("이미 삭제된 빌키입니다."), Ok(()));
        assert_eq!(refused("빌키가 존재하지 않습니다."), Ok(()));
        assert_eq!(refused("권한 없음"), Err(PgError::declined("R1", "권한 없음")));
        assert!(matches!(refused("중복된 요청"), Err(PgError::Unknown(_))));
        assert!(matches!(read("<html>"), Err(PgError::Unknown(_))));
    }
}
