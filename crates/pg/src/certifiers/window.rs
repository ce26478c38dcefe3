//! The window: registered by a call, shown to the person, and what their browser brings back.

use super::wire::{call, need, number, text};
use crate::capability::certification::{Back, CertifyOrder};
use crate::cx::Cx;
use crate::error::PgError;
use crate::form::Form;
use crate::hosts::is_on;
use crate::ops::{Opened, Refusal, Window};
use crate::spec::Spec;
use serde_json::{Value, json};

/// The word a browser brings from a window that was closed.
const CLOSED: &str = "9000";

/// Registers a window.
pub(super) async fn open(
    spec: &Spec,
    cx: &Cx<'_>,
    order: &CertifyOrder,
) -> Result<Opened, PgError> {
    opened(spec, &call(spec, cx, "register", "window", request(order)).await?)
}

fn request(order: &CertifyOrder) -> Value {
    json!({
        "order_no": order.imp_uid,
        "company": order.company,
        "language": order.language,
        "return_url": order.return_url,
        "prefill": {
            "name": order.prefill.name,
            "phone": order.prefill.phone,
            "carrier": order.prefill.carrier,
        },
    })
}

fn opened(spec: &Spec, answer: &Value) -> Result<Opened, PgError> {
    let url = need(answer, "url")?;
    if !is_on(&url, spec.hosts) {
        return Err(PgError::Forged("the window is at another host".into()));
    }
    let number = number(&text(answer, "number"));
    let memo = number.ok_or_else(|| PgError::Unknown("no number".into()))?;
    Ok(Opened { window: Window::Redirect { url }, memo })
}

/// Reads what the browser posted; the number is all that counts.
pub(super) fn read_return(_query: &str, body: &[u8]) -> Result<Back, PgError> {
    let form = Form::read(body);
    let number = number(form.get("number"));
    let number = number.ok_or_else(|| PgError::Forged("no number".into()))?;
    if form.get("code") == CLOSED {
        let message = domain::text::cut(form.get("message"), 200);
        return Ok(Back::Closed(Refusal { code: CLOSED.into(), message }));
    }
    Ok(Back::Number(number))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::spec::DANAL;
    use super::*;

    #[test]
    fn a_window_elsewhere_is_not_opened() {
        let answer = |url: &str| json!({"code": "0000", "number": "C1234567890", "url": url});
        let good = "https://danal.certification.invalid/certify/window/C1234567890";
        let ready = opened(&DANAL, &answer(good)).unwrap();
        assert_eq!(ready.memo, "C1234567890");
        assert_eq!(ready.window, Window::Redirect { url: good.into() });
        for url in ["https://evil.example/", "http://danal.certification.invalid/", "x"] {
            assert!(matches!(opened(&DANAL, &answer(url)), Err(PgError::Forged(_))), "{url}");
        }
        assert!(matches!(opened(&DANAL, &answer("")), Err(PgError::Unknown(_))));
        let unnamed = json!({"code": "0000", "url": good});
        assert!(matches!(opened(&DANAL, &unnamed), Err(PgError::Unknown(_))));
    }

    #[test]
    fn a_return_is_a_number_or_nothing() {
        let read = |body: &str| read_return("", body.as_bytes());
        assert!(read("number=C1234567890&code=0000") == Ok(Back::Number("C1234567890".into())));
        let gone = read("number=C1234567890&code=9000&message=%EB%8B%AB%EC%9D%8C");
        let refusal = Refusal { code: "9000".into(), message: "닫음".into() };
        assert!(gone == Ok(Back::Closed(refusal)));
        for wrong in ["", "code=0000", "number=../x", "number=%00", "\u{0}"] {
            assert!(matches!(read(wrong), Err(PgError::Forged(_))), "{wrong:?}");
        }
    }
}
