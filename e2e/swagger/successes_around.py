"""More of `successes.py`: what is around a payment, and what V1 has for single PGs."""

from successes import path, success
from world import DAY


@success("GET /tiers/{tier_code}")
def tier(_):
    # The demo's sub-merchant.
    return path(tier_code="ABC")


# Identity verification.


@success("POST /certifications/otp/request")
def code(w):
    return {"body": w.person()}


@success("POST /certifications/otp/confirm/{imp_uid}")
def confirm(w):
    return {**path(imp_uid=w.code_sent()), "body": {"otp": "000000"}}


@success("GET /certifications/{imp_uid}")
def unconfirmed(w):
    return path(imp_uid=w.code_sent())


for label in ("GET /certifications/{imp_uid}", "DELETE /certifications/{imp_uid}"):
    success(label)(lambda w: path(imp_uid=w.certified()))


# Cash receipts.


@success("POST /receipts/{imp_uid}")
def receipt(w):
    return {**path(imp_uid=w.deposited()["imp_uid"]), "body": w.receipt_fields()}


for label in ("GET /receipts/{imp_uid}", "DELETE /receipts/{imp_uid}"):
    success(label)(lambda w: path(imp_uid=w.receipt()["imp_uid"]))


@success("POST /receipts/external/{merchant_uid}")
def receipt_of_a_sale(w):
    return {**path(merchant_uid=w.number("sale")), "body": w.elsewhere()}


for label in ("GET /receipts/external/{merchant_uid}", "DELETE /receipts/external/{merchant_uid}"):
    success(label)(lambda w: path(merchant_uid=w.external_receipt()))


# Escrow, and receipts of sub-merchants.


@success("POST /escrows/logis/{imp_uid}")
def delivery(w):
    return {**path(imp_uid=w.escrow()["imp_uid"]), "body": w.delivery()}


@success("PUT /escrows/logis/{imp_uid}")
def delivery_changed(w):
    return {**path(imp_uid=w.delivered()["imp_uid"]), "body": w.delivery()}


@success("GET /escrows/logis/{imp_uid}")
def delivery_shown(w):
    return path(imp_uid=w.delivered()["imp_uid"])


@success("POST /partners/receipts/{imp_uid}")
def partners(w):
    shop = {"business_registration_number": "1208800767", "company_name": "하위상점"}
    body = {"data": [{**shop, "amount": 14000}]}
    return {**path(imp_uid=w.window("html5_inicis")["imp_uid"]), "body": body}


# Convenience stores.


@success("POST /cvs")
def cvs(w):
    return {"body": w.cvs_order()}


@success("DELETE /cvs/{imp_uid}")
def cvs_void(w):
    return path(imp_uid=w.cvs()["imp_uid"])


# Naver: `steps` bring a product order to where the task is allowed; `!` is a buyer's or a carrier's.

SHIP = {"delivery_method": "DELIVERY", "delivery_company": "CJGLS", "tracking_number": "123456789"}
MEMO = {"memo": "확인이 필요합니다."}
TASKS = {
    "cancel": ([], {"reason": "SOLD_OUT"}),
    "approve-cancel": (["!request-cancel"], {}),
    "place": ([], {}),
    "ship": ([], SHIP),
    "request-return": (["ship"], {"delivery_method": "RETURN_INDIVIDUAL"}),
    "approve-return": (["ship", "!request-return", "!collect", "!collect"], {}),
    "reject-return": (["ship", "!request-return"], MEMO),
    "withhold-return": (["ship", "!request-return"], MEMO),
    "resolve-return": (["ship", "!request-return", "withhold-return"], {}),
    "collect-exchanged": (["ship", "!deliver", "!request-exchange"], {}),
    "ship-exchanged": (["ship", "!deliver", "!request-exchange", "collect-exchanged"], SHIP),
}


def fields_of(w, task):
    more = {"dispatched_at": w.now()} if task == "ship" else {}
    return {**TASKS[task][1], **more}


def brought(w, steps):
    """A payment and one product order of it, after these steps."""
    imp_uid, numbers = w.sale()
    for step in steps:
        if step.startswith("!"):
            w.act(numbers[0], step[1:])
        else:
            w.task(imp_uid, step, numbers[0], **fields_of(w, step))
    return imp_uid, numbers[0]


for task, (steps, _) in TASKS.items():
    @success(f"POST /payments/{{imp_uid}}/naver/{task}")
    def naver(w, task=task, steps=steps):
        imp_uid, number = brought(w, steps)
        body = {"product_order_id": [number], **fields_of(w, task)}
        return {**path(imp_uid=imp_uid), "body": body}


@success("POST /payments/{imp_uid}/naver/cancel")
def cancel_some(w):
    """207: one of two product orders was sent."""
    imp_uid, _ = brought(w, ["ship"])
    return {**path(imp_uid=imp_uid), "body": {}}


@success("GET /payments/{imp_uid}/naver/product-orders")
def product_orders(w):
    return path(imp_uid=w.sale()[0])


@success("GET /naver/product-orders/{product_order_id}")
def product_order(w):
    return path(product_order_id=w.sale()[1][0])


@success("GET /naver/reviews")
def reviews(w):
    _, number = brought(w, ["ship", "!deliver", "!decide"])
    w.act(number, "review")
    span = {"from": w.now() - DAY, "to": w.now() + 60, "review_type": "general"}
    return {"query": {**span, "channel_key": w.channel("naverco")}}


for task in ("point", "confirm"):
    @success(f"POST /payments/{{imp_uid}}/naver/{task}")
    def after_purchase(w):
        return path(imp_uid=w.window("naverpay")["imp_uid"])


@success("GET /payments/{imp_uid}/naver/cash-amount")
def cash_amount(w):
    return path(imp_uid=w.window("naverpay")["imp_uid"])


# KCP QuickPay, Benepia, PAYCO, Paymentwall.

PREPARED = {"btid": "bt-1", "cust_ip": "203.0.113.7", "code_verifier": "verifier"}


@success("POST /kcpquick/prepare/{merchant_uid}")
def quick(w):
    return {**path(merchant_uid=w.number("quick")), "body": PREPARED}


@success("PUT /kcpquick/prepare/{merchant_uid}")
def quick_changed(w):
    order = w.number("quick")
    w.call("POST", f"/kcpquick/prepare/{order}", PREPARED)
    return {**path(merchant_uid=order), "body": PREPARED}


@success("POST /kcpquick/payment/money")
def money(w):
    member = w.number("member")
    key = {"member_id": member, "channel_key": w.channel("kcp_quick"), "imp_uid": w.pin(member)}
    return {"body": {"merchant_uid": w.number("order"), "name": "선불머니", "amount": 1000, **key}}


@success("POST /kcpquick/payment/autopay")
def autopay(w):
    order = {"merchant_uid": w.number("order"), "name": "자동결제", "buyer_name": "구매자"}
    return {"body": {**order, "amount": 7000, "customer_uid": w.quick_key()}}


@success("DELETE /kcpquick/autopay/{customer_uid}")
def autopay_deleted(w):
    return path(customer_uid=w.quick_key())


@success("DELETE /kcpquick/members/{member_id}")
def member_deleted(w):
    member = w.number("member")
    w.pin(member)
    pgs = [it for it in w.call("GET", "/users/pg") if it["pg_provider"] == "kcp_quick"]
    query = {"site_code": pgs[0]["pg_id"], "partner_type": "P", "partner_subtype": "S"}
    return {**path(member_id=member), "query": query}


@success("POST /kcpquick/members/{member_id}/fido/release")
def fido(w):
    member = w.number("member")
    w.pin(member)
    return {**path(member_id=member), "body": {"channel_key": w.channel("kcp_quick")}}


@success("POST /benepia/point")
def points(w):
    return {"body": w.login()}


@success("POST /benepia/payment")
def benepia(w):
    order = {"merchant_uid": w.number("order"), "name": "복지포인트", "amount": 3000}
    return {"body": {**order, **w.login()}}


@success("POST /payco/orders/status/{imp_uid}")
def payco(w):
    return {**path(imp_uid=w.window("payco")["imp_uid"]), "body": {"status": "DELIVERY_START"}}


@success("POST /paymentwall/delivery")
def paymentwall(w):
    paid = w.window("paymentwall")
    numbers = {"imp_uid": paid["imp_uid"], "merchant_uid": paid["merchant_uid"]}
    when = {"estimated_delivery_datetime": w.now() + DAY, "estimated_update_datetime": w.now()}
    about = {"type": "digital", "status": "delivered", "refundable": "yes"}
    return {"body": {**numbers, **when, **about, "shipping_address_email": "a@b.example"}}
