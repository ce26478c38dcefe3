//! Whatever is sent to any route, the answer is an envelope and never a fault of ours.

use crate::hub::{Answer, FORM, Hub, JSON};
use axum::http::StatusCode;
use testkit::dbs::on_both;

/// Every route of the API, as `api/mod.rs` writes it, with its methods.
pub(crate) const ROUTES: [(&str, &[&str]); 78] = [
    ("/users/getToken", &["POST"]),
    ("/users/pg", &["GET"]),
    ("/payments", &["GET"]),
    ("/payments/{imp_uid}", &["GET"]),
    ("/payments/{imp_uid}/balance", &["GET"]),
    ("/payments/find/{merchant_uid}", &["GET"]),
    ("/payments/find/{merchant_uid}/{status}", &["GET"]),
    ("/payments/findAll/{merchant_uid}", &["GET"]),
    ("/payments/findAll/{merchant_uid}/{status}", &["GET"]),
    ("/payments/status/{status}", &["GET"]),
    ("/payments/cancel", &["POST"]),
    ("/payments/prepare", &["POST", "PUT"]),
    ("/payments/prepare/{merchant_uid}", &["GET"]),
    ("/tiers/{tier_code}", &["GET"]),
    ("/cards", &["GET"]),
    ("/cards/{code}", &["GET"]),
    ("/banks", &["GET"]),
    ("/banks/{code}", &["GET"]),
    ("/receipts/{imp_uid}/{tag}", &["GET"]),
    ("/sandbox/payments/{imp_uid}/deposit", &["POST"]),
    ("/sandbox/payments/{imp_uid}/escrow", &["POST"]),
    ("/sandbox/clock", &["GET", "POST"]),
    ("/sandbox/faults", &["GET", "POST", "DELETE"]),
    ("/sandbox/books", &["GET"]),
    ("/subscribe/payments/onetime", &["POST"]),
    ("/subscribe/payments/again", &["POST"]),
    ("/subscribe/payments/foreign", &["POST"]),
    ("/subscribe/payments/schedule", &["GET", "POST"]),
    ("/subscribe/payments/unschedule", &["POST"]),
    ("/subscribe/payments/schedule/{merchant_uid}", &["GET", "PUT"]),
    ("/subscribe/payments/schedule/{merchant_uid}/reschedule", &["POST"]),
    ("/subscribe/payments/schedule/{merchant_uid}/retry", &["POST"]),
    ("/subscribe/payments/schedule/customers/{customer_uid}", &["GET"]),
    ("/subscribe/customers", &["GET"]),
    ("/subscribe/customers/{customer_uid}", &["GET", "POST", "DELETE"]),
    ("/subscribe/customers/{customer_uid}/payments", &["GET"]),
    ("/subscribe/customers/{customer_uid}/schedules", &["GET"]),
    ("/vbanks", &["POST"]),
    ("/vbanks/holder", &["GET"]),
    ("/vbanks/{imp_uid}", &["PUT", "DELETE"]),
    ("/certifications/{imp_uid}", &["GET", "DELETE"]),
    ("/certifications/otp/request", &["POST"]),
    ("/certifications/otp/confirm/{imp_uid}", &["POST"]),
    ("/cvs", &["POST"]),
    ("/cvs/{imp_uid}", &["DELETE"]),
    ("/receipts/{imp_uid}", &["GET", "POST", "DELETE"]),
    ("/receipts/external/{merchant_uid}", &["GET", "POST", "DELETE"]),
    ("/receipts/cash/{receipt_id}/{tag}", &["GET"]),
    ("/escrows/logis/{imp_uid}", &["GET", "POST", "PUT"]),
    ("/partners/receipts/{imp_uid}", &["POST"]),
    ("/kcpquick/prepare/{merchant_uid}", &["POST", "PUT"]),
    ("/kcpquick/members/{member_id}", &["DELETE"]),
    ("/kcpquick/members/{member_id}/fido/release", &["POST"]),
    ("/kcpquick/payment/money", &["POST"]),
    ("/kcpquick/payment/autopay", &["POST"]),
    ("/kcpquick/autopay/{customer_uid}", &["DELETE"]),
    ("/benepia/point", &["POST"]),
    ("/benepia/payment", &["POST"]),
    ("/payments/{imp_uid}/naver/product-orders", &["GET"]),
    ("/payments/{imp_uid}/naver/cash-amount", &["GET"]),
    ("/payments/{imp_uid}/naver/point", &["POST"]),
    ("/payments/{imp_uid}/naver/confirm", &["POST"]),
    ("/payments/{imp_uid}/naver/cancel", &["POST"]),
    ("/payments/{imp_uid}/naver/approve-cancel", &["POST"]),
    ("/payments/{imp_uid}/naver/place", &["POST"]),
    ("/payments/{imp_uid}/naver/ship", &["POST"]),
    ("/payments/{imp_uid}/naver/request-return", &["POST"]),
    ("/payments/{imp_uid}/naver/approve-return", &["POST"]),
    ("/payments/{imp_uid}/naver/reject-return", &["POST"]),
    ("/payments/{imp_uid}/naver/withhold-return", &["POST"]),
    ("/payments/{imp_uid}/naver/resolve-return", &["POST"]),
    ("/payments/{imp_uid}/naver/collect-exchanged", &["POST"]),
    ("/payments/{imp_uid}/naver/ship-exchanged", &["POST"]),
    ("/naver/product-orders/{product_order_id}", &["GET"]),
    ("/naver/reviews", &["GET"]),
    ("/payco/orders/status/{imp_uid}", &["POST"]),
    ("/paymentwall/delivery", &["POST"]),
    ("/sandbox/naver/product-orders/{product_order_id}/{action}", &["POST"]),
];

const FIELDS: [&str; 112] = [
    "imp_key",
    "imp_secret",
    "imp_uid",
    "merchant_uid",
    "amount",
    "tax_free",
    "vat_amount",
    "checksum",
    "reason",
    "refund_holder",
    "refund_bank",
    "refund_account",
    "refund_tel",
    "enable_webhook",
    "currency",
    "page",
    "limit",
    "from",
    "to",
    "sorting",
    "advance_seconds",
    "depositor",
    "fault",
    "pg",
    "channel_key",
    "customer_uid",
    "customer_id",
    "customer_name",
    "card_number",
    "expiry",
    "birth",
    "pwd_2digit",
    "cvc",
    "card_quota",
    "interest_free_by_merchant",
    "custom_data",
    "notice_url",
    "schedules",
    "schedule_at",
    "schedule_from",
    "schedule_to",
    "schedule_status",
    "vbank_code",
    "vbank_due",
    "vbank_holder",
    "vbank_key",
    "vbank_num",
    "fixed_unlimited_vbank",
    "bank_code",
    "bank_num",
    "barcode",
    "expired_at",
    "confirm_url",
    "btid",
    "cust_ip",
    "code_verifier",
    "prepaid_auth_yn",
    "prepaid_amount",
    "vender_type",
    "reward_id",
    "site_code",
    "partner_type",
    "partner_subtype",
    "member_id",
    "benepia_user",
    "benepia_password",
    "benepia_member_code",
    "identifier",
    "identifier_type",
    "type",
    "vat",
    "product_type",
    "pay_method",
    "name",
    "buyer_name",
    "sender",
    "receiver",
    "logis",
    "products",
    "send_email",
    "action",
    "data",
    "phone",
    "gender_digit",
    "carrier",
    "is_mvno",
    "company",
    "verification_method",
    "bypass",
    "otp",
    "sender",
    "receiver",
    "logis",
    "products",
    "send_email",
    "action",
    "data",
    "product_order_id",
    "delivery_method",
    "dispatched_at",
    "delivery_company",
    "tracking_number",
    "memo",
    "extra_charge",
    "requester",
    "review_type",
    "status",
    "score",
    "refundable",
    "estimated_delivery_datetime",
    "estimated_update_datetime",
    "shipping_address_email",
];

/// A JSON object with this text as the value of every field any route reads.
fn every(value: &str) -> String {
    let pairs = FIELDS.iter().map(|field| format!("\"{field}\":{value}"));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

fn bodies_of_strangers() -> Vec<(&'static str, Vec<u8>)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let long = "가".repeat(60_000);
    let values = [
        "{}",
        "[]",
        "[[]]",
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "1e400",
        "-0.0",
        "99999999999999999999999999",
        "\"\\u0000\"",
        "\"%00\"",
        "\"\\ud83d\\ude00\"",
        "\"' or 1=1 --\"",
        "\"1e5\"",
        "\" \"",
        "\"imp_1\"",
        "{\"$serde_json::private::Number\":\"1\"}",
    ];
    let mut bodies: Vec<(&str, Vec<u8>)> =
        values.iter().map(|value| (JSON, every(value).into_bytes())).collect();
    bodies.extend([
        (JSON, format!("{{\"reason\":\"{long}\",\"merchant_uid\":\"{long}\"}}").into_bytes()),
        (JSON, text("{")),
        (JSON, text("[1]")),
        (JSON, text("\"x\"")),
        (JSON, "[".repeat(100_000).into_bytes()),
        (JSON, "{\"a\":".repeat(100_000).into_bytes()),
        (JSON, b"{\"imp_uid\":\"\xff\xfe\"}".to_vec()),
        (JSON, b"\x00\x01\x02".to_vec()),
        (FORM, b"imp_uid=%ff&amount=%00".to_vec()),
        (FORM, text("imp_uid[a][b][c]=1&amount[]=1&amount[]=2&page[x]=1")),
        (FORM, text("imp_uid[=1&]=2&[]=3&[][]=4&=5&&&==")),
        (FORM, "a[][]=1&".repeat(3_000).into_bytes()),
        (FORM, format!("a{}=1", "[x]".repeat(5_000)).into_bytes()),
        (FORM, text("imp_uid[4294967295]=a&imp_uid[]=b&imp_uid[99999999999999]=c")),
        ("multipart/form-data; boundary=x", text("--x\r\n\r\n--x--")),
        ("application/xml", text("<a/>")),
        ("", b"\xef\xbb\xbf{".to_vec()),
    ]);
    bodies
}

const SEGMENTS: [&str; 12] = [
    "imp_1",
    "%00",
    "imp_1%00",
    "%ff%fe",
    "%2e%2e%2f",
    "..",
    "%F0%9F%98%80",
    "%ED%95%9C%EA%B8%80",
    "';drop%20table%20payments",
    "%",
    "all",
    "%5B%5D",
];

const QUERIES: [&str; 13] = [
    "page=%00",
    "page=-1&limit=-1",
    "page=9223372036854775807&limit=9223372036854775807",
    "limit=99999999999999999999",
    "from=-9223372036854775808&to=9223372036854775807",
    "from=9223372036854775807",
    "to=-9223372036854775808",
    "sorting[]=x&page[]=1",
    "imp_uid[]=%00&merchant_uid[]=%ff",
    "imp_uid[][]=a",
    "_token=%00",
    "lang=%00&pg=%00",
    "schedule_from=-9223372036854775808&schedule_to=9223372036854775807",
];

fn paths(template: &str) -> Vec<String> {
    let filled = |segment: &str| {
        let mut path = template.to_owned();
        while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
            path.replace_range(open..=close, segment);
        }
        path
    };
    let mut paths: Vec<String> = if template.contains('{') {
        SEGMENTS.iter().map(|segment| filled(segment)).collect()
    } else {
        Vec::new()
    };
    paths.push(filled(&"x".repeat(3_000)));
    paths.extend(QUERIES.iter().map(|query| format!("{}?{query}", filled("imp_1"))));
    paths
}

/// Sends it with a token and checks what came.
async fn send(hub: &Hub, method: &str, path: &str, kind: &str, body: &[u8]) {
    let token = [("authorization", hub.token.as_bytes())];
    let answer = hub.send(method, path, &token, kind, body).await;
    let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
    assert!(answer.status < StatusCode::INTERNAL_SERVER_ERROR, "{method} {path} {kind} {shown}");
    if !is_page(&answer) {
        answer.json();
    }
}

/// The pages buyers keep are HTML.
fn is_page(answer: &Answer) -> bool {
    answer.headers.get("content-type").is_some_and(|kind| kind == "text/html; charset=utf-8")
}

#[test]
fn the_table_has_every_route() {
    let source = include_str!("../../src/api/mod.rs");
    let written: Vec<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix(".route(\"")?.split('"').next())
        .collect();
    assert_eq!(written, ROUTES.map(|(path, _)| path));
}

#[tokio::test]
async fn bodies() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "order", 10).await;
        for (template, methods) in ROUTES {
            let path = paths(template).pop().unwrap();
            let path = path.split('?').next().unwrap();
            for method in methods {
                for (kind, body) in bodies_of_strangers() {
                    send(&hub, method, path, kind, &body).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn paths_and_queries() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "order", 10).await;
        for (template, methods) in ROUTES {
            for path in paths(template) {
                for method in methods {
                    send(&hub, method, &path, "", b"").await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn headers() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let token = hub.token.as_bytes();
        let long = vec![b'a'; 8_000];
        let cases: [&[(&str, &[u8])]; 10] = [
            &[],
            &[("authorization", b"\xff\xfe")],
            &[("authorization", &long)],
            &[("authorization", b"Bearer"), ("authorization", token)],
            &[("authorization", token), ("content-type", b"\xff/\xff; charset=\xff")],
            &[("authorization", token), ("content-type", b";;;")],
            &[("authorization", token), ("tier", b"\xff")],
            &[("x-imptokenheader", token), ("accept-language", b"\xff")],
            &[("authorization", token), ("idempotency-key", b"\xff\xfe")],
            &[("authorization", token), ("idempotency-key", b"k")],
        ];
        for (template, methods) in ROUTES {
            let path = paths(template).pop().unwrap();
            for method in methods {
                for headers in cases {
                    let answer = hub.send(method, &path, headers, "", b"{\"a\":1}").await;
                    assert!(answer.status < StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
                    if !is_page(&answer) {
                        answer.json();
                    }
                }
            }
        }
    })
    .await;
}
