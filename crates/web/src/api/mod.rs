//! The V1 REST API: what the merchant's server calls. A file per endpoint; all of them are here.

pub mod benepia;
pub mod catalogue;
pub mod certifications;
pub mod codes;
pub mod cvs;
pub mod escrows;
pub mod idempotency;
pub mod kcpquick;
pub mod naver;
pub mod partners;
pub mod payco;
pub mod payment_json;
pub mod payments;
pub mod paymentwall;
pub mod receipt;
pub mod receipts;
pub mod sandbox;
pub mod subscribe;
pub mod tiers;
pub mod users;
pub mod vbanks;

pub use payment_json::payment_json;

use crate::App;
use crate::extract::Refusal;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post, put};
use certifications as certified;
use codes::{banks, cards};
use payments::{balance, cancel, find, find_all, list, prepare, status};
use sandbox::{books, clock, deposit, escrow, faults};
use subscribe::{again, customers, foreign, onetime, schedule};
use users::{get_token, pg};
use vbanks::{change, close, holder, issue};

/// What a handler of this room gives.
pub type Answer = Result<Response, Refusal>;

/// Routes of this room. `V1 behaviour` §3.1 has the index of what could be here.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/users/getToken", to(post(get_token::get_token)))
        .route("/users/pg", to(get(pg::pg)))
        .route("/payments", to(get(list::list)))
        .route("/payments/{imp_uid}", to(get(payments::get::get)))
        .route("/payments/{imp_uid}/balance", to(get(balance::balance)))
        .route("/payments/find/{merchant_uid}", to(get(find::any)))
        .route("/payments/find/{merchant_uid}/{status}", to(get(find::of_status)))
        .route("/payments/findAll/{merchant_uid}", to(get(find_all::any)))
        .route("/payments/findAll/{merchant_uid}/{status}", to(get(find_all::of_status)))
        .route("/payments/status/{status}", to(get(status::status)))
        .route("/payments/cancel", to(post(cancel::cancel)))
        .route("/payments/prepare", to(post(prepare::register).put(prepare::change)))
        .route("/payments/prepare/{merchant_uid}", to(get(prepare::get)))
        .merge(subscriptions())
        .merge(accounts())
        .merge(verifications())
        .merge(stores())
        .merge(purses())
        .merge(cash_receipts())
        .merge(papers())
        .route("/tiers/{tier_code}", to(get(tiers::get)))
        .merge(single_pgs())
        .route("/cards", to(get(cards::all)))
        .route("/cards/{code}", to(get(cards::one)))
        .route("/banks", to(get(banks::all)))
        .route("/banks/{code}", to(get(banks::one)))
        .route("/receipts/{imp_uid}/{tag}", get(receipt::receipt)) // the buyer's sales slip
        .route("/sandbox/payments/{imp_uid}/deposit", to(post(deposit::deposit)))
        .route("/sandbox/payments/{imp_uid}/escrow", to(post(escrow::decide)))
        .route("/sandbox/clock", to(get(clock::get).post(clock::advance)))
        .route("/sandbox/faults", to(get(faults::list).post(faults::add).delete(faults::clear)))
        .route("/sandbox/books", to(get(books::books)))
        .route_layer(from_fn_with_state(app.clone(), idempotency::once))
}

/// Charges without a window (V1 behaviour §3.6, §3.7).
fn subscriptions() -> Router<App> {
    let plans = get(schedule::list::all).post(schedule::plan::plan);
    let reschedule = post(schedule::change::reschedule);
    let retry = post(schedule::change::retry);
    let of_customer = || get(schedule::list::of_customer);
    let payments = get(customers::payments::payments);
    let plan = get(schedule::get::get).put(schedule::change::replan);
    let customer =
        get(customers::get::get).post(customers::issue::issue).delete(customers::delete::delete);
    Router::new()
        .route("/subscribe/payments/onetime", to(post(onetime::onetime)))
        .route("/subscribe/payments/again", to(post(again::again)))
        .route("/subscribe/payments/foreign", to(post(foreign::foreign)))
        .route("/subscribe/payments/schedule", to(plans))
        .route("/subscribe/payments/unschedule", to(post(schedule::revoke::revoke)))
        .route("/subscribe/payments/schedule/{merchant_uid}", to(plan))
        .route("/subscribe/payments/schedule/{merchant_uid}/reschedule", to(reschedule))
        .route("/subscribe/payments/schedule/{merchant_uid}/retry", to(retry))
        .route("/subscribe/payments/schedule/customers/{customer_uid}", to(of_customer()))
        .route("/subscribe/customers", to(get(customers::list::list)))
        .route("/subscribe/customers/{customer_uid}", to(customer))
        .route("/subscribe/customers/{customer_uid}/payments", to(payments))
        .route("/subscribe/customers/{customer_uid}/schedules", to(of_customer()))
}

/// Virtual accounts by API (V1 behaviour §3.8).
fn accounts() -> Router<App> {
    Router::new()
        .route("/vbanks", to(post(issue::issue)))
        .route("/vbanks/holder", to(get(holder::holder)))
        .route("/vbanks/{imp_uid}", to(put(change::change).delete(close::close)))
}

/// Identity verification (V1 behaviour §3.9).
fn verifications() -> Router<App> {
    let one = get(certified::get::get).delete(certified::delete::delete);
    Router::new()
        .route("/certifications/{imp_uid}", to(one))
        .route("/certifications/otp/request", to(post(certified::request::request)))
        .route("/certifications/otp/confirm/{imp_uid}", to(post(certified::confirm::confirm)))
}

/// Payments at convenience stores (V1 behaviour §3.11).
fn stores() -> Router<App> {
    Router::new()
        .route("/cvs", to(post(cvs::issue::issue)))
        .route("/cvs/{imp_uid}", to(delete(cvs::close::close)))
}

/// Cash receipts (V1 behaviour §3.10).
fn cash_receipts() -> Router<App> {
    let payment = get(receipts::payment::get)
        .post(receipts::payment::issue)
        .delete(receipts::payment::revoke);
    let external = get(receipts::external::get)
        .post(receipts::external::issue)
        .delete(receipts::external::revoke);
    Router::new()
        .route("/receipts/{imp_uid}", to(payment))
        .route("/receipts/external/{merchant_uid}", to(external))
        .route("/receipts/cash/{receipt_id}/{tag}", get(receipts::page::show)) // the buyer's
}

/// Escrow (V1 behaviour §3.11) and slips of a platform's shops (§3.13).
fn papers() -> Router<App> {
    let delivery = get(escrows::get).post(escrows::register).put(escrows::change);
    Router::new()
        .route("/escrows/logis/{imp_uid}", to(delivery))
        .route("/partners/receipts/{imp_uid}", to(post(partners::issue)))
}

/// Money and points people keep at a PG (V1 behaviour §3.13).
fn purses() -> Router<App> {
    let prepare = post(kcpquick::prepare::register).put(kcpquick::prepare::change);
    let member = delete(kcpquick::members::delete);
    let release = post(kcpquick::members::release_fido);
    Router::new()
        .route("/kcpquick/prepare/{merchant_uid}", to(prepare))
        .route("/kcpquick/members/{member_id}", to(member))
        .route("/kcpquick/members/{member_id}/fido/release", to(release))
        .route("/kcpquick/payment/money", to(post(kcpquick::money::pay)))
        .route("/kcpquick/payment/autopay", to(post(kcpquick::autopay::pay)))
        .route("/kcpquick/autopay/{customer_uid}", to(delete(kcpquick::autopay::delete)))
        .route("/benepia/point", to(post(benepia::point::balance)))
        .route("/benepia/payment", to(post(benepia::payment::pay)))
}

/// What V1 has for single PGs (V1 behaviour §3.13).
fn single_pgs() -> Router<App> {
    use naver::change::task;
    use naver::{find, payment, sandbox, tasks};
    Router::new()
        .route("/payments/{imp_uid}/naver/product-orders", to(get(find::of_payment)))
        .route("/payments/{imp_uid}/naver/cash-amount", to(get(payment::cash_amount)))
        .route("/payments/{imp_uid}/naver/point", to(post(payment::point)))
        .route("/payments/{imp_uid}/naver/confirm", to(post(payment::confirm)))
        .route("/payments/{imp_uid}/naver/cancel", to(task(tasks::cancel)))
        .route("/payments/{imp_uid}/naver/approve-cancel", to(task(tasks::approve_cancel)))
        .route("/payments/{imp_uid}/naver/place", to(task(tasks::place)))
        .route("/payments/{imp_uid}/naver/ship", to(task(tasks::ship)))
        .route("/payments/{imp_uid}/naver/request-return", to(task(tasks::request_return)))
        .route("/payments/{imp_uid}/naver/approve-return", to(task(tasks::approve_return)))
        .route("/payments/{imp_uid}/naver/reject-return", to(task(tasks::reject_return)))
        .route("/payments/{imp_uid}/naver/withhold-return", to(task(tasks::withhold_return)))
        .route("/payments/{imp_uid}/naver/resolve-return", to(task(tasks::resolve_return)))
        .route("/payments/{imp_uid}/naver/collect-exchanged", to(task(tasks::collect_exchanged)))
        .route("/payments/{imp_uid}/naver/ship-exchanged", to(task(tasks::ship_exchanged)))
        .route("/naver/product-orders/{product_order_id}", to(get(find::one)))
        .route("/naver/reviews", to(get(find::reviews)))
        .route("/payco/orders/status/{imp_uid}", to(post(payco::change)))
        .route("/paymentwall/delivery", to(post(paymentwall::report)))
        .route("/sandbox/naver/product-orders/{product_order_id}/{action}", to(post(sandbox::act)))
}

/// A route that also answers `OPTIONS`.
fn to(methods: MethodRouter<App>) -> MethodRouter<App> {
    methods.options(preflight)
}

/// Calls of this API come from servers, which never ask; a browser that does gets an answer here
/// and then none it may read: tokens do not belong into pages.
async fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, idempotency-key, x-imptokenheader, tier",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
