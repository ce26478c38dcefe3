//! The window: the web standard's script on PC, a form post to `smart/payment` on mobile. Neither
//! calls the PG. Billing keys are issued in the web standard's window on both (README.md).

use super::wire::{Memo, Way, chkfake, client_ip, signature};
use super::{codes, options};
use crate::spec::Mode;
use crate::{Cx, Device, Opened, Order, PgError, Window};
use domain::text::cut;
use domain::{Currency, Millis};

type Fields = Vec<(String, String)>;

/// Days until an account closes if the merchant did not say (V1's default for this PG).
const VBANK_DAYS: i64 = 30;

/// Opens the window that fits the buyer's device.
pub(super) fn open(cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
    check(order)?;
    let (way, window) = match order.device {
        Device::Mobile if order.customer_uid.is_none() => (Way::Mobile, mobile(cx, order)?),
        Device::Pc | Device::Mobile => (Way::Pc, pc(cx, order)?),
    };
    Ok(Opened { window, memo: Memo { way, ip: client_ip(&order.client_ip) }.text() })
}

fn check(order: &Order) -> Result<(), PgError> {
    if order.amount.currency() != Currency::Krw {
        return Err(PgError::invalid("currency", "KG이니시스는 원화(KRW)만 지원합니다."));
    }
    let issue = order.customer_uid.is_some();
    if order.amount.is_zero() && !issue {
        return Err(PgError::invalid("amount", "결제금액이 0원입니다."));
    }
    if codes::window_method(&order.method).is_none() {
        let message = "KG이니시스에서 지원하지 않는 결제수단입니다.";
        return Err(PgError::invalid("pay_method", message));
    }
    if issue && order.method != "card" {
        let message = "KG이니시스 빌링키는 카드(card)로만 발급할 수 있습니다.";
        return Err(PgError::invalid("pay_method", message));
    }
    if order.buyer.tel.trim().is_empty() {
        let message = "KG이니시스는 구매자 전화번호(buyer_tel)가 필요합니다.";
        return Err(PgError::invalid("buyer_tel", message));
    }
    Ok(())
}

/// `YYYYMMDDhhmmss` of the deposit deadline of a virtual account.
fn due(order: &Order, at: Millis) -> Option<String> {
    let due = || order.vbank_due.unwrap_or_else(|| at.end_of_kst_day(VBANK_DAYS)).kst14();
    (order.method == "vbank").then(due)
}

/// The window demands a buyer's name; V1 does not.
fn buyer_name(order: &Order) -> String {
    let name = cut(order.buyer.name.trim(), 30);
    if name.is_empty() { "구매자".to_owned() } else { name }
}

fn owned(fields: Vec<(&str, String)>) -> Fields {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn pc(cx: &Cx<'_>, order: &Order) -> Result<Window, PgError> {
    let src = match cx.mode {
        Mode::Test => "https://stgstdpay.inicis.com/stdjs/INIStdPay.js",
        Mode::Live => "https://stdpay.inicis.com/stdjs/INIStdPay.js",
    };
    Ok(Window::Script {
        src: src.to_owned(),
        charset: "utf-8",
        fields: pc_fields(cx, order)?,
        boot: "INIStdPay.pay(\"payment\")",
    })
}

fn pc_fields(cx: &Cx<'_>, order: &Order) -> Result<Fields, PgError> {
    let (mid, key) = (cx.credentials.need("mid")?, cx.credentials.need("sign_key")?);
    let (oid, price) = (order.imp_uid.as_str(), order.amount.minor().to_string());
    let timestamp = cx.at.0.to_string();
    let signed = [("oid", oid), ("price", price.as_str()), ("timestamp", timestamp.as_str())];
    let verified = [signed[0], signed[1], ("signKey", key), signed[2]];
    let issue = order.customer_uid.is_some();
    // The PG's own samples leave the method open and let `BILLAUTH(Card)` decide.
    let method = if issue { None } else { codes::window_method(&order.method) };
    let mut fields = owned(vec![
        ("version", "1.0".into()),
        ("gopaymethod", method.unwrap_or_default().into()),
        ("mid", mid.into()),
        ("oid", oid.into()),
        ("price", price.clone()),
        ("timestamp", timestamp.clone()),
        ("use_chkfake", "Y".into()),
        ("signature", signature(&signed)),
        ("verification", signature(&verified)),
        ("mKey", crate::crypto::sha256_hex(key)),
        ("currency", "WON".into()),
        ("goodname", cut(&order.name, 40)),
        ("buyername", buyer_name(order)),
        ("buyertel", cut(&order.buyer.tel, 20)),
        ("buyeremail", cut(&order.buyer.email, 60)),
        ("returnUrl", order.return_url.clone()),
        ("closeUrl", order.close_url.clone()),
        ("acceptmethod", options::accept_method(order, due(order, cx.at).as_deref())),
        ("charset", "UTF-8".into()),
        ("payViewType", "overlay".into()),
        ("languageView", if order.language == "en" { "en" } else { "ko" }.into()),
    ]);
    if issue {
        // Nothing is charged: instalments and taxes belong to the charges of the key.
        fields.extend(options::offer_period(order).map(|period| ("offerPeriod".into(), period)));
        return Ok(fields);
    }
    if let Some(quota) = options::quota_base(order) {
        fields.push(("quotabase".into(), quota));
    }
    if let Some((tax, free)) = options::taxes(order.amount, order.tax_free, order.vat_amount) {
        fields.extend([("tax".into(), tax), ("taxfree".into(), free)]);
    }
    Ok(fields)
}

fn mobile(cx: &Cx<'_>, order: &Order) -> Result<Window, PgError> {
    Ok(Window::Form {
        // The MID decides whether the window is a test.
        action: "https://mobile.inicis.com/smart/payment/".to_owned(),
        charset: "utf-8",
        fields: mobile_fields(cx, order)?,
    })
}

fn mobile_fields(cx: &Cx<'_>, order: &Order) -> Result<Fields, PgError> {
    let mid = cx.credentials.need("mid")?;
    let hash_key = cx.credentials.get("mobile_hash_key");
    let mut fields = owned(vec![
        ("P_INI_PAYMENT", codes::mobile_method(&order.method).unwrap_or_default().into()),
        ("P_MID", mid.into()),
        ("P_OID", order.imp_uid.clone()),
        ("P_AMT", order.amount.minor().to_string()),
        ("P_GOODS", cut(&order.name, 40)),
        ("P_UNAME", buyer_name(order)),
        ("P_MOBILE", cut(&order.buyer.tel, 20)),
        ("P_EMAIL", cut(&order.buyer.email, 60)),
        ("P_NEXT_URL", order.return_url.clone()),
        ("P_NOTI_URL", order.notice_url.clone()),
        // Comes back unchanged: ties the window's result to this order.
        ("P_NOTI", order.imp_uid.clone()),
        ("P_CHARSET", "utf8".into()),
        ("P_HPP_METHOD", options::hpp(order).into()),
        ("P_RESERVED", options::reserved(order, !hash_key.is_empty())),
    ]);
    if let Some(due) = due(order, cx.at) {
        fields.push(("P_VBANK_DT".into(), due[..8].to_owned()));
        fields.push(("P_VBANK_TM".into(), due[8..12].to_owned()));
    }
    if let Some(quota) = options::mobile_quota_base(order) {
        fields.push(("P_QUOTABASE".into(), quota));
    }
    if let Some((tax, free)) = options::taxes(order.amount, order.tax_free, order.vat_amount) {
        fields.extend([("P_TAX".into(), tax), ("P_TAXFREE".into(), free)]);
    }
    if !hash_key.is_empty() {
        let timestamp = cx.at.0.to_string();
        let hash = chkfake(order.amount, &order.imp_uid, &timestamp, hash_key);
        fields.extend([("P_TIMESTAMP".into(), timestamp), ("P_CHKFAKE".into(), hash)]);
    }
    Ok(fields)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, at, credentials, cx, order};
    use super::super::wire::won;
    use super::*;

    fn fields(window: &Window) -> crate::form::Form {
        match window {
            Window::Form { fields, .. } | Window::Script { fields, .. } => {
                crate::form::Form(fields.clone())
            }
            Window::Redirect { .. } => panic!("a redirect"),
        }
    }

    #[test]
    fn pc_window_is_signed() {
        let (credentials, order) = (credentials(), order("card"));
        let opened = open(&cx(&Deaf, &credentials), &order).unwrap();
        let form = fields(&opened.window);
        let timestamp = at().0.to_string();
        assert_eq!(form.get("timestamp"), timestamp);
        assert_eq!(timestamp.len(), 13);
        let oid = &order.imp_uid;
        let expected = |text: String| crate::crypto::sha256_hex(text);
        assert_eq!(
            form.get("signature"),
            expected(format!("oid={oid}&price=14000&timestamp={timestamp}"))
        );
        let key = "SU5JTElURV9UUklQTEVERVNfS0VZU1RS";
        assert_eq!(
            form.get("verification"),
            expected(format!("oid={oid}&price=14000&signKey={key}&timestamp={timestamp}"))
        );
        assert!(form.get("mKey").starts_with("3a9503069192f207"));
        assert_eq!((form.get("gopaymethod"), form.get("currency")), ("Card", "WON"));
        assert!(form.0.iter().all(|(_, value)| !value.contains(key)), "the key stays here");
        let Window::Script { src, boot, .. } = opened.window else { panic!() };
        assert_eq!(src, "https://stgstdpay.inicis.com/stdjs/INIStdPay.js");
        assert_eq!(boot, "INIStdPay.pay(\"payment\")");
    }

    #[test]
    fn billing_windows_are_the_web_standards_on_both_devices() {
        let (credentials, mut order) = (credentials(), order("card"));
        order.customer_uid = Some("customer-1".into());
        order.param = serde_json::json!({"period": {"interval": "month"},
            "display": {"card_quota": [3]}});
        order.tax_free = won("0");
        for (device, amount) in [(Device::Pc, "14000"), (Device::Mobile, "0")] {
            order.device = device;
            order.amount = won(amount).unwrap();
            let opened = open(&cx(&Deaf, &credentials), &order).unwrap();
            assert!(matches!(opened.window, Window::Script { .. }));
            assert_eq!(Memo::read(&opened.memo).unwrap().way, Way::Pc);
            let form = fields(&opened.window);
            assert!(form.get("acceptmethod").starts_with("centerCd(Y):BILLAUTH(Card)"));
            assert_eq!((form.get("gopaymethod"), form.get("offerPeriod")), ("", "M2"));
            assert_eq!(form.get("price"), amount);
            assert!(!form.has("quotabase") && !form.has("tax"));
        }
        order.method = "phone".into();
        let error = open(&cx(&Deaf, &credentials), &order).unwrap_err();
        assert!(matches!(error, PgError::Invalid { field: "pay_method", .. }));
    }

    #[test]
    fn mobile_window_has_no_hash_without_its_key() {
        let (mut credentials, mut order) = (credentials(), order("vbank"));
        order.device = Device::Mobile;
        let opened = open(&cx(&Deaf, &credentials), &order).unwrap();
        let form = fields(&opened.window);
        assert_eq!((form.get("P_INI_PAYMENT"), form.get("P_HPP_METHOD")), ("VBANK", "2"));
        assert_eq!(form.get("P_NOTI_URL"), order.notice_url);
        assert_eq!(form.get("P_NEXT_URL"), order.return_url);
        assert_eq!((form.get("P_VBANK_DT"), form.get("P_VBANK_TM")), ("20231215", "2359"));
        assert!(!form.has("P_CHKFAKE") && !form.get("P_RESERVED").contains("amt_hash"));
        credentials.set("mobile_hash_key", "key".into());
        let form = fields(&open(&cx(&Deaf, &credentials), &order).unwrap().window);
        let text = format!("14000{}{}key", order.imp_uid, at().0);
        assert_eq!(form.get("P_CHKFAKE"), crate::crypto::sha512_base64(text));
        assert!(form.get("P_RESERVED").contains("amt_hash=Y"));
    }

    #[test]
    fn a_deadline_the_merchant_gave_wins() {
        let (credentials, mut order) = (credentials(), order("vbank"));
        order.vbank_due = Millis::parse_kst("20231120120000");
        let form = fields(&open(&cx(&Deaf, &credentials), &order).unwrap().window);
        assert!(form.get("acceptmethod").contains("vbank(202311201200)"));
        assert!(
            !fields(
                &open(&cx(&Deaf, &credentials), &super::super::tests::order("card"))
                    .unwrap()
                    .window
            )
            .get("acceptmethod")
            .contains("vbank")
        );
    }

    #[test]
    fn orders_that_cannot_be_put_are_refused_by_field() {
        let credentials = credentials();
        let refused = |change: &dyn Fn(&mut Order)| {
            let mut order = order("card");
            change(&mut order);
            match open(&cx(&Deaf, &credentials), &order) {
                Err(PgError::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(&|order| order.buyer.tel = " ".into()), "buyer_tel");
        assert_eq!(refused(&|order| order.method = "samsung".into()), "pay_method");
        assert_eq!(refused(&|order| order.amount = won("0").unwrap()), "amount");
        let usd = domain::Money::new(100, Currency::Usd).unwrap();
        assert_eq!(refused(&|order| order.amount = usd), "currency");
        let empty = crate::Credentials::default();
        let error = open(&cx(&Deaf, &empty), &order("card")).unwrap_err();
        assert!(matches!(error, PgError::Invalid { field: "mid", .. }));
    }
}
