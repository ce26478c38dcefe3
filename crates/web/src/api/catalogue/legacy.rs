//! Routes of the API beside the official list, and why they are there.

/// Methods, path as the router spells it, and why.
pub const LEGACY: &[(&str, &str, &str)] = &[
    ("GET", "/payments/find/{merchant_uid}", "V1's clients leave the status out"),
    ("GET", "/payments/findAll/{merchant_uid}", "V1's clients leave the status out"),
    ("POST", "/subscribe/payments/foreign", "V1's early days: a card of another country"),
    (
        "GET",
        "/vbanks/holder",
        "V1's clients have it; `settle` in the sandbox knows its accounts, no name is made up",
    ),
    ("GET", "/receipts/{imp_uid}/{tag}", "the buyer's sales slip, a page"),
    ("GET", "/receipts/cash/{receipt_id}/{tag}", "the buyer's cash receipt, a page"),
    ("POST", "/sandbox/payments/{imp_uid}/deposit", "with a sandbox: a customer pays in"),
    ("POST", "/sandbox/payments/{imp_uid}/escrow", "with a sandbox: a buyer takes or refuses"),
    (
        "POST",
        "/sandbox/naver/product-orders/{product_order_id}/{action}",
        "with a sandbox: what buyers and carriers do with a product order",
    ),
    ("GET", "/sandbox/clock", "with a sandbox: the merchant's time"),
    ("POST", "/sandbox/clock", "with a sandbox: moves it"),
    ("GET", "/sandbox/faults", "with a sandbox: what goes wrong next"),
    ("POST", "/sandbox/faults", "with a sandbox: lets something go wrong"),
    ("DELETE", "/sandbox/faults", "with a sandbox: nothing goes wrong any more"),
    ("GET", "/sandbox/books", "with a sandbox: the PG's own ledger"),
];
