//! A key is removed at NICE: `billkey_remove.jsp`.

use super::codes;
use super::wire::{Answer, forget_sign, shop};
use crate::Cx;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::IssuedKey;
use crate::wire::{Request, Response};

const URL: &str = "https://webapi.nicepay.co.kr/webapi/billing/billkey_remove.jsp";

/// Removes a key; one NICE does not have is as good as removed.
///
/// # Errors
/// As the contract says.
pub(crate) async fn forget(cx: &Cx<'_>, key: &IssuedKey) -> Result<(), PgError> {
    let response = cx.transport.send(request(cx, key)?).await?;
    outcome(&response)
}

fn request(cx: &Cx<'_>, key: &IssuedKey) -> Result<Request, PgError> {
    let shop = shop(cx.credentials)?;
    let edi_date = cx.at.kst14();
    let fields = [
        ("BID", key.key.as_str()),
        ("MID", shop.mid),
        ("EdiDate", &edi_date),
        ("Moid", cx.operation_id),
        ("SignData", &forget_sign(&shop, &edi_date, cx.operation_id, &key.key)),
        ("CharSet", "utf-8"),
        ("EdiType", "JSON"),
    ];
    Ok(Request::form("forget", URL, euc_kr_body(&fields)))
}

fn outcome(response: &Response) -> Result<(), PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    if codes::key_gone(code) {
        return Ok(());
    }
    if codes::key_unsure(code) {
        return Err(PgError::Unknown(format!("key removal: [{code}] {}", answer.message())));
    }
    Err(answer.declined())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::nice::fixtures::{Lab, issued_key};

    fn read(status: u16, body: &str) -> Result<(), PgError> {
        outcome(&Response { status, ..Response::text(body) })
    }

    #[test]
    fn the_request() {
        let sent = request(&Lab::default().cx(), &issued_key()).unwrap();
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "forget"));
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, include_str!("testdata/billing_forget_request.txt").trim_end());
    }

    #[test]
    fn removed_or_not_there_or_refused() {
        let answer = |code: &str| format!(r#"{{"ResultCode":"{code}","ResultMsg":"x"}}"#);
        for gone in ["F101", "A124", "A126", "U115"] {
            assert_eq!(read(200, &answer(gone)), Ok(()), "{gone}");
        }
        assert_eq!(read(200, &answer("A255")), Err(PgError::declined("A255", "x")));
        assert_eq!(read(200, &answer("A211")), Err(PgError::declined("A211", "x")));
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let answers = [(200, ""), (200, "<html>"), (200, r#"{"ResultCode":"A299"}"#), (502, "")];
        for (status, body) in answers {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
