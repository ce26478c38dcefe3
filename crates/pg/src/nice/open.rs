//! The window: `goPay` on PC, the mobile page by form post. Nothing is registered beforehand.

use super::codes;
use super::profile::Profile;
use super::wire::{cut_bytes, digits, shop, tax_fields, window_sign};
use crate::Cx;
use crate::error::PgError;
use crate::ops::{Device, Opened, Order, Window};
use domain::{Currency, Millis};

/// The script of the current manual.
const SCRIPT: &str = "https://pg-web.nicepay.co.kr/v3/common/js/nicepay-pgweb.js";
/// The page browsers without the script are posted to.
const PAGE: &str = "https://web.nicepay.co.kr/v3/v3Payment.jsp";
/// The manual asks for EUC-KR forms; results come back in what `CharSet` asks.
const CHARSET: &str = "euc-kr";

/// The two functions `goPay` calls must be global and have exactly these names.
const BOOT: &str = "\
window.nicepaySubmit = function () { document.getElementById('payment').submit(); };
window.nicepayClose = function () { ieumClose(); };
goPay(document.getElementById('payment'));
";

/// Days a virtual account waits where the merchant said nothing.
const VBANK_DAYS: i64 = 30;

type Fields = Vec<(&'static str, String)>;

/// Opens the window.
///
/// # Errors
/// `Invalid` for an order the window does not take.
pub(crate) fn open(profile: &Profile, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
    let fields = request(profile, cx, order)?;
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let window = if profile.script_on_pc && order.device == Device::Pc {
        Window::Script { src: SCRIPT.into(), charset: CHARSET, fields, boot: BOOT }
    } else {
        Window::Form { action: PAGE.into(), charset: CHARSET, fields }
    };
    Ok(Opened { window, memo: String::new() })
}

fn request(profile: &Profile, cx: &Cx<'_>, order: &Order) -> Result<Fields, PgError> {
    let shop = shop(cx.credentials)?;
    profile.cancel_password(cx.credentials)?;
    if order.customer_uid.is_some() {
        let why = "결제창으로 빌링키를 발급할 수 없는 PG입니다. \
                   카드정보로 발급하는 REST API를 이용하세요.";
        return Err(PgError::invalid("customer_uid", why));
    }
    if !profile.currencies.contains(&order.amount.currency()) {
        return Err(PgError::invalid("currency", "지원하지 않는 통화입니다."));
    }
    let pay_method = profile.pay_method(cx.credentials, &order.method)?;
    let style = profile.style(cx.credentials);
    let amt = style.write(order.amount)?;
    let edi_date = cx.at.kst14();
    let mut fields: Fields = vec![
        ("PayMethod", pay_method),
        ("GoodsName", cut_bytes(&order.name, 40)),
        ("Amt", amt.clone()),
        ("MID", shop.mid.to_owned()),
        ("Moid", order.imp_uid.clone()),
        ("BuyerName", cut_bytes(&order.buyer.name, 30)),
        ("BuyerEmail", cut_bytes(&order.buyer.email, 60)),
        ("BuyerTel", digits(&order.buyer.tel, 20)),
        ("ReturnURL", order.return_url.clone()),
        ("GoodsCl", if order.digital { "0" } else { "1" }.to_owned()),
        ("TransType", if order.escrow { "1" } else { "0" }.to_owned()),
        ("CharSet", "utf-8".to_owned()),
        ("NpLang", language(&order.language).to_owned()),
        ("EdiDate", edi_date.clone()),
        ("SignData", window_sign(&edi_date, shop.mid, &amt, shop.key)),
    ];
    if profile.wallet.is_some() {
        fields.push(("CurrencyCode", order.amount.currency().code().to_owned()));
        return Ok(fields);
    }
    fields.extend(tax_fields(order.amount, order.tax_free, order.vat_amount, style)?);
    match order.method.as_str() {
        "vbank" => fields.push(("VbankExpDate", vbank_due(cx.at, order.vbank_due))),
        "card" => fields.extend(card_fields(order)),
        _ => {}
    }
    if order.device == Device::Mobile {
        fields.extend(app_fields(order));
    }
    Ok(fields)
}

fn language(language: &str) -> &'static str {
    match language {
        "en" => "EN",
        "zh" => "CN",
        _ => "KO",
    }
}

/// `YYYYMMDD` means the end of that day; only other times need minutes.
pub(crate) fn vbank_due(at: Millis, due: Option<Millis>) -> String {
    let due = due.unwrap_or_else(|| at.end_of_kst_day(VBANK_DAYS)).kst14();
    let length = if due.ends_with("235959") { 8 } else { 12 };
    due[..length].to_owned()
}

/// What merchants may say about cards: instalments, one issuer, NICE's own option.
fn card_fields(order: &Order) -> Fields {
    let mut fields = Fields::new();
    let param = &order.param;
    // The card companies' floor for instalments; below it the field makes the window fail.
    let instalments = order.amount.currency() == Currency::Krw && order.amount.minor() >= 50_000;
    if let Some(months) = param["display"]["card_quota"].as_array().filter(|_| instalments) {
        let months = months.iter().filter_map(serde_json::Value::as_u64).filter(|m| *m < 100);
        let quota: String = months.filter(|m| *m > 1).map(|m| format!(",{m:02}")).collect();
        fields.push(("SelectQuota", format!("00{quota}")));
    }
    if let Some(code) = param["card"]["direct"]["code"].as_str().and_then(codes::nice_card) {
        fields.push(("SelectCardCode", code.to_owned()));
    }
    let bypass = &param["bypass"];
    let show = bypass["CardShowOpt"].as_str().or(bypass["nice"]["CardShowOpt"].as_str());
    let plain = |text: &&str| {
        text.len() <= 100 && text.chars().all(|c| c.is_ascii_digit() || c == ':' || c == '|')
    };
    if let Some(show) = show.filter(plain) {
        fields.push(("CardShowOpt", show.to_owned()));
    }
    fields
}

/// Where card apps return to inside a WebView.
fn app_fields(order: &Order) -> Fields {
    let Some(scheme) = order.param["app_scheme"].as_str().filter(|scheme| !scheme.is_empty())
    else {
        return Fields::new();
    };
    let url = if scheme.contains("://") { scheme.to_owned() } else { format!("{scheme}://") };
    vec![("WapUrl", url.clone()), ("IspCancelUrl", url)]
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::nice::NICE;
    use crate::nice::fixtures::{self, Lab};
    use domain::Money;

    fn opened(change: impl FnOnce(&mut Order)) -> Result<Opened, PgError> {
        let lab = Lab::default();
        let mut order = fixtures::order();
        change(&mut order);
        open(NICE.profile, &lab.cx(), &order)
    }

    fn fields(change: impl FnOnce(&mut Order)) -> Vec<(String, String)> {
        match opened(change).unwrap().window {
            Window::Script { fields, .. } | Window::Form { fields, .. } => fields,
            Window::Redirect { .. } => Vec::new(),
        }
    }

    fn value<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn pc_loads_the_script_and_mobile_posts_the_form() {
        let Window::Script { src, charset, boot, fields } = opened(|_| {}).unwrap().window else {
            panic!("not a script");
        };
        assert_eq!((src.as_str(), charset), (SCRIPT, "euc-kr"));
        assert!(boot.contains("goPay(document.getElementById('payment'))"));
        assert!(boot.contains("nicepayClose = function () { ieumClose(); }"));
        assert_eq!(value(&fields, "Moid"), Some("imp_123456789012"));
        let mobile = opened(|order| order.device = Device::Mobile).unwrap().window;
        let Window::Form { action, charset, fields } = mobile else { panic!("not a form") };
        assert_eq!((action.as_str(), charset), (PAGE, "euc-kr"));
        assert_eq!(value(&fields, "ReturnURL"), Some("http://127.0.0.1:9000/back/1"));
    }

    #[test]
    fn the_request_is_the_manuals() {
        let fields = fields(|_| {});
        let text: String = fields.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        assert_eq!(text, include_str!("testdata/open_card.txt"));
    }

    #[test]
    fn each_method_has_its_fields() {
        for (method, pay_method) in
            [("card", "CARD"), ("trans", "BANK"), ("vbank", "VBANK"), ("phone", "CELLPHONE")]
        {
            let fields = fields(|order| order.method = method.into());
            assert_eq!(value(&fields, "PayMethod"), Some(pay_method));
            assert_eq!(value(&fields, "VbankExpDate").is_some(), method == "vbank");
        }
        let due = |due: Option<&str>| {
            let fields = fields(|order| {
                order.method = "vbank".into();
                order.vbank_due = due.and_then(Millis::parse_kst);
            });
            value(&fields, "VbankExpDate").unwrap().to_owned()
        };
        assert_eq!(due(None), "20231215");
        assert_eq!(due(Some("20231201")), "20231201");
        assert_eq!(due(Some("202312011830")), "202312011830");
        let phone = fields(|order| {
            order.method = "phone".into();
            order.digital = true;
        });
        assert_eq!(value(&phone, "GoodsCl"), Some("0"));
    }

    #[test]
    fn what_merchants_ask_for_cards() {
        let fields = |amount: i64, param: serde_json::Value| {
            fields(|order| {
                order.amount = Money::new(amount, Currency::Krw).unwrap();
                order.param = param;
            })
        };
        let quota = serde_json::json!({"display": {"card_quota": [3, 6]}});
        assert_eq!(value(&fields(50_000, quota.clone()), "SelectQuota"), Some("00,03,06"));
        assert_eq!(value(&fields(49_999, quota), "SelectQuota"), None);
        let lump = serde_json::json!({"display": {"card_quota": []}});
        assert_eq!(value(&fields(50_000, lump), "SelectQuota"), Some("00"));
        let direct = serde_json::json!({
            "card": {"direct": {"code": "367"}}, "bypass": {"CardShowOpt": "08:3|02:3"},
        });
        let direct = fields(1000, direct);
        assert_eq!(value(&direct, "SelectCardCode"), Some("07"));
        assert_eq!(value(&direct, "CardShowOpt"), Some("08:3|02:3"));
        let evil = serde_json::json!({"bypass": {"CardShowOpt": "\"><script>"}});
        assert_eq!(value(&fields(1000, evil), "CardShowOpt"), None);
    }

    #[test]
    fn apps_get_their_scheme_on_mobile_only() {
        let with = |device| {
            fields(|order| {
                order.device = device;
                order.param = serde_json::json!({"app_scheme": "shopapp"});
            })
        };
        assert_eq!(value(&with(Device::Mobile), "WapUrl"), Some("shopapp://"));
        assert_eq!(value(&with(Device::Pc), "WapUrl"), None);
    }

    #[test]
    fn what_cannot_be_put_to_nice_is_refused_by_name() {
        let field = |result: Result<Opened, PgError>| match result {
            Err(PgError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(field(opened(|order| order.method = "samsung".into())), "pay_method");
        let usd = Money::new(120, Currency::Usd).unwrap();
        assert_eq!(field(opened(|order| order.amount = usd)), "currency");
        let zero = Money::zero(Currency::Krw);
        assert_eq!(field(opened(|order| order.amount = zero)), "amount");
        let mut lab = Lab::default();
        lab.credentials.set("key", String::new());
        assert_eq!(field(open(NICE.profile, &lab.cx(), &fixtures::order())), "key");
    }
}
