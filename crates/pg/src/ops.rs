//! What goes into the verbs and what comes out, in the field's own words.

use crate::capability::product_orders::ItemCancel;
use domain::{Millis, Money};
use serde::{Deserialize, Serialize};

/// The buyer as the merchant's page described them; empty strings where it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buyer {
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Telephone, as written.
    pub tel: String,
    /// Address.
    pub addr: String,
    /// Postcode.
    pub postcode: String,
}

/// What the buyer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// A desktop browser.
    Pc,
    /// A phone or tablet browser.
    Mobile,
}

/// One payment attempt as a PG needs to know it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Our number of the attempt, `imp_` + 12 digits: what every PG gets as its order number.
    pub imp_uid: String,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// Order name, at most 40 characters.
    pub name: String,
    /// What to pay.
    pub amount: Money,
    /// Tax-free part, if the merchant said.
    pub tax_free: Option<Money>,
    /// VAT, if the merchant said; PGs compute it otherwise.
    pub vat_amount: Option<Money>,
    /// `card`, `trans`, `vbank`, `phone`, ... as requested.
    pub method: String,
    /// Who pays.
    pub buyer: Buyer,
    /// The customer a billing key is to be issued for; the window then issues a key and charges
    /// nothing.
    pub customer_uid: Option<String>,
    /// Where the window opens.
    pub device: Device,
    /// `ko`, `en`, `zh`, ...
    pub language: String,
    /// Deposit deadline of a virtual account, if the merchant said.
    pub vbank_due: Option<Millis>,
    /// Escrow payment.
    pub escrow: bool,
    /// Digital goods (phone payments).
    pub digital: bool,
    /// The whole `request_pay` parameter, for what only one PG knows (`display`, `bypass`, ...).
    pub param: serde_json::Value,
    /// Where the PG sends the browser back (POST or GET), unguessable.
    pub return_url: String,
    /// Where the browser goes when the buyer closes a script window.
    pub close_url: String,
    /// Where this PG's server sends deposit notices.
    pub notice_url: String,
    /// The buyer's address, or `127.0.0.1` if unknown.
    pub client_ip: String,
}

/// The window is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the browser does.
    pub window: Window,
    /// What the connector wants back in later verbs (JSON or empty); stored with the payment.
    pub memo: String,
}

/// How the PG's window opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// The browser goes to a URL.
    Redirect {
        /// Absolute URL on the PG's host.
        url: String,
    },
    /// The browser posts a form to the PG.
    Form {
        /// Absolute URL on the PG's host.
        action: String,
        /// `utf-8` or `euc-kr`, the form's accept-charset.
        charset: &'static str,
        /// Hidden fields.
        fields: Vec<(String, String)>,
    },
    /// The page loads the PG's own script, which opens the window over it.
    Script {
        /// Absolute URL of the script on the PG's host.
        src: String,
        /// Charset of the form submitted at the end.
        charset: &'static str,
        /// Hidden fields of `<form id="payment" name="payment" method="post">`, whose action is the
        /// return URL.
        fields: Vec<(String, String)>,
        /// JavaScript run once the script is loaded; `ieumClose()` takes the buyer to the close
        /// URL.
        boot: &'static str,
    },
}

/// The browser came back.
#[derive(Clone, Debug)]
pub struct Returned<'a> {
    /// The order that was opened.
    pub order: &'a Order,
    /// What [`Opened`] wanted kept.
    pub memo: &'a str,
    /// The query string, without `?`.
    pub query: &'a str,
    /// The posted body, not decoded.
    pub body: &'a [u8],
}

/// What the window's result means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The buyer is authenticated; approval can be asked with this (JSON). Kept while unsettled.
    Authorised {
        /// The PG's authentication data.
        auth: String,
        /// The PG's transaction number, where it is known before approval.
        tid: Option<String>,
    },
    /// The buyer gave up.
    Closed(Refusal),
    /// The PG or the card company said no.
    Refused(Refusal),
}

/// A refusal in the PG's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The PG's code, or empty.
    pub code: String,
    /// The PG's text.
    pub message: String,
}

/// A card as a PG names it, already in V1's codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// V1 card code (361, 366, ...), if known.
    pub code: Option<String>,
    /// Card name.
    pub name: Option<String>,
    /// Masked number, as the PG masks it.
    pub number: Option<String>,
    /// Instalment months, 0 for a lump sum.
    pub quota: i64,
    /// 0 credit, 1 debit.
    pub kind: Option<i64>,
}

/// A bank, already in V1's 3-digit codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bank {
    /// 3-digit code.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
}

/// A virtual account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 3-digit bank code.
    pub bank_code: String,
    /// Bank name.
    pub bank_name: String,
    /// Account number.
    pub number: String,
    /// Holder shown to the buyer.
    pub holder: Option<String>,
    /// Deposit deadline.
    pub due: Millis,
}

/// Money approved, or an account issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The PG's transaction number.
    pub tid: String,
    /// What the PG says was approved (or is to be deposited); the engine compares it.
    pub amount: Money,
    /// `Some` if this is a virtual account waiting for its deposit.
    pub account: Option<Account>,
    /// Approval number.
    pub apply_num: Option<String>,
    /// The PG's own time of approval.
    pub at: Option<Millis>,
    /// What the buyer really used, if it differs from the request.
    pub method: Option<String>,
    /// Easy-pay service inside a card window (`kakaopay`, ...).
    pub emb_pg_provider: Option<String>,
    /// Card, for card payments.
    pub card: Option<Card>,
    /// Bank, for transfers.
    pub bank: Option<Bank>,
    /// The PG issued a cash receipt by itself.
    pub cash_receipt: bool,
    /// The key a billing window issued.
    pub issued_key: Option<IssuedKey>,
    /// What the connector wants back when cancelling (JSON or empty); replaces the former memo.
    pub memo: String,
}

/// A card as its holder typed it. Passes through memory only: `Debug` hides it and it is wiped when
/// dropped.
#[derive(Clone)]
pub struct CardInput {
    /// Digits only, 13 to 19.
    pub number: zeroize::Zeroizing<String>,
    /// `YYMM`.
    pub expiry: zeroize::Zeroizing<String>,
    /// Birth date (`YYMMDD`) or business number (10 digits); empty if not given.
    pub birth: zeroize::Zeroizing<String>,
    /// The first two digits of the card's password; empty if not given.
    pub password: zeroize::Zeroizing<String>,
}

impl std::fmt::Debug for CardInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardInput(***)")
    }
}

/// A key to be issued from a card.
#[derive(Clone, Debug)]
pub struct KeyIssue {
    /// The merchant's name of the customer.
    pub customer_uid: String,
    /// Our number of the attempt: what the PG gets as its order number; `[A-Za-z0-9_]`, at most 40.
    pub order_no: String,
    /// The card.
    pub card: CardInput,
    /// Whose card it is.
    pub buyer: Buyer,
    /// Where the request came from, or `127.0.0.1`.
    pub client_ip: String,
}

/// A billing key. `Debug` hides the key; it is kept sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedKey {
    /// The PG's key.
    pub key: String,
    /// The card behind it, number masked.
    pub card: Option<Card>,
    /// What the connector wants back when charging (JSON or empty).
    pub memo: String,
}

impl std::fmt::Debug for IssuedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedKey").field("card", &self.card).finish_non_exhaustive()
    }
}

/// A charge of a billing key.
#[derive(Clone, Debug)]
pub struct Charge {
    /// Our number of the attempt: the PG's order number.
    pub imp_uid: String,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// Order name; may be empty.
    pub name: String,
    /// What to charge.
    pub amount: Money,
    /// Tax-free part, if the merchant said.
    pub tax_free: Option<Money>,
    /// VAT, if the merchant said.
    pub vat_amount: Option<Money>,
    /// Who pays.
    pub buyer: Buyer,
    /// Instalment months, 0 for a lump sum.
    pub quota: i64,
    /// The merchant pays the interest.
    pub interest_free: bool,
    /// The key.
    pub key: IssuedKey,
    /// Where the request came from, or `127.0.0.1`.
    pub client_ip: String,
    /// When the charge was asked for (the day some inquiries need).
    pub asked_at: Millis,
}

/// A virtual account to be opened without a window.
#[derive(Clone, Debug)]
pub struct AccountOrder {
    /// Our number of the attempt: the PG's order number.
    pub imp_uid: String,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// Order name; may be empty.
    pub name: String,
    /// What is to be deposited.
    pub amount: Money,
    /// Tax-free part, if the merchant said.
    pub tax_free: Option<Money>,
    /// VAT, if the merchant said.
    pub vat_amount: Option<Money>,
    /// 3-digit bank code.
    pub bank_code: String,
    /// Deposit deadline.
    pub due: Millis,
    /// Holder shown to the buyer; may be empty.
    pub holder: String,
    /// Who pays.
    pub buyer: Buyer,
    /// Where this PG's server sends deposit notices.
    pub notice_url: String,
    /// Where the request came from, or `127.0.0.1`.
    pub client_ip: String,
    /// When the account was asked for (the day some inquiries need).
    pub asked_at: Millis,
}

/// How an unanswered approval ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It had been approved.
    Approved(Box<Approval>),
    /// It was undone, or the PG confirmed that it cannot come into being any more.
    Voided,
    /// The PG knows nothing of it. Asked too soon this may still change: the engine waits first.
    Nothing,
    /// This PG cannot tell: a person must look at its admin pages.
    CannotTell(String),
}

/// Where money of a paid virtual account goes back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundAccount {
    /// 3-digit bank code, already normalised.
    pub bank_code: String,
    /// Account number, digits only.
    pub number: String,
    /// Holder.
    pub holder: String,
    /// Holder's telephone, for PGs that ask.
    pub tel: String,
}

/// One cancel.
#[derive(Clone, Debug)]
pub struct CancelOrder {
    /// Our number of the cancel, unique.
    pub cancel_id: String,
    /// The payment.
    pub imp_uid: String,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// The PG's transaction number of the approval.
    pub tid: String,
    /// Final pay method.
    pub method: String,
    /// What was paid (or was to be deposited).
    pub total: Money,
    /// What can still be cancelled before this cancel.
    pub left: Money,
    /// What to give back.
    pub amount: Money,
    /// How many cancels were settled before.
    pub earlier: i64,
    /// A virtual account: was the deposit made?
    pub deposited: bool,
    /// Tax-free part of this cancel.
    pub tax_free: Option<Money>,
    /// VAT of this cancel.
    pub vat_amount: Option<Money>,
    /// Why, for the PG's books; never empty.
    pub reason: String,
    /// For paid virtual accounts.
    pub refund: Option<RefundAccount>,
    /// The product order this gives money back for, at PGs that have them.
    pub item: Option<ItemCancel>,
    /// The connector's memo of the approval.
    pub memo: String,
    /// When the payment was approved.
    pub paid_at: Millis,
    /// When this cancel was asked for (the day some inquiries need).
    pub asked_at: Millis,
}

impl CancelOrder {
    /// True if this one cancel gives everything back that was ever paid.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.amount == self.total
    }
}

/// A cancel was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelDone {
    /// The PG's number of the cancel; may equal the approval's.
    pub tid: String,
    /// The PG's own time.
    pub at: Option<Millis>,
}

/// How an unanswered cancel ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CancelSettled {
    /// The money went back.
    Done(CancelDone),
    /// The PG confirmed that it did not.
    NotDone,
    /// This PG cannot tell: a person must look at its admin pages.
    CannotTell(String),
}

/// A notice as read, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The MID it names.
    pub mid: String,
    /// The order number it names: our imp_uid.
    pub order_no: String,
    /// The transaction that issued the account.
    pub tid: String,
    /// What tells this notice from another about the same payment (the deposit's own number).
    pub id: String,
    /// What it says.
    pub kind: NoticeKind,
    /// All fields, decoded, for `verify` and for the log.
    pub fields: Vec<(String, String)>,
}

/// What a notice says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A deposit was made.
    Deposit {
        /// How much.
        amount: Money,
        /// The account number it names, if any.
        account: Option<String>,
        /// The PG's time of the deposit.
        at: Option<Millis>,
        /// Who paid in.
        depositor: Option<String>,
    },
    /// A customer stands at the counter: may this number be paid?
    MayPay {
        /// The number.
        account: String,
        /// `cash` or `card`.
        pay_type: String,
    },
    /// Something the hub takes note of without acting (issue notice, cash receipt, ...).
    Other,
}
