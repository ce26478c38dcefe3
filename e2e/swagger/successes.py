"""For every operation a call that must succeed, on things made for it.

A function takes the world and gives the parts of the call: `path`, `query`, `body`. It is called
for every way to send a body (JSON, form), each time on things of its own.
"""

from world import DAY

WAYS = {}


def success(label):
    def note(function):
        WAYS.setdefault(label, []).append(function)
        return function

    return note


def path(**names):
    return {"path": names}


@success("POST /users/getToken")
def token(w):
    return {"body": {"imp_key": w.key, "imp_secret": w.secret}}


KINDS = ("paid", "cancelled", "failed", "account", "deposited", "again")

for kind in KINDS:
    @success("GET /payments/{imp_uid}")
    def payment(w, kind=kind):
        return path(imp_uid=getattr(w, kind)()["imp_uid"])

    @success("GET /payments/find/{merchant_uid}/{payment_status}")
    def find(w, kind=kind):
        return path(merchant_uid=getattr(w, kind)()["merchant_uid"], payment_status="all")

    @success("GET /payments/{imp_uid}/balance")
    def balance(w, kind=kind):
        return path(imp_uid=getattr(w, kind)()["imp_uid"])


@success("GET /payments")
def payments(w):
    return {"query": {"imp_uid[]": [w.paid()["imp_uid"], w.account()["imp_uid"]]}}


@success("GET /payments")
def payments_of_orders(w):
    return {"query": {"merchant_uid[]": [w.paid()["merchant_uid"], "nobody"]}}


@success("GET /payments/findAll/{merchant_uid}/{payment_status}")
def find_all(w):
    return path(merchant_uid=w.paid()["merchant_uid"], payment_status="paid")


for status in ("all", "ready", "paid", "cancelled", "failed"):
    @success("GET /payments/status/{payment_status}")
    def of_status(w, status=status):
        return path(payment_status=status)


@success("POST /payments/cancel")
def cancel(w):
    return {"body": {"imp_uid": w.paid()["imp_uid"], "reason": "변심", "checksum": 14000}}


@success("POST /payments/cancel")
def cancel_part(w):
    return {"body": {"merchant_uid": w.again()["merchant_uid"], "amount": 1000}}


@success("POST /payments/cancel")
def cancel_account(w):
    return {"body": {
        "imp_uid": w.deposited()["imp_uid"], "refund_holder": "구매자", "refund_bank": "088",
        "refund_account": "110123456789", "refund_tel": "01012345678",
    }}


@success("POST /payments/prepare")
def prepare(w):
    return {"body": {"merchant_uid": w.number("prepared"), "amount": 14000, "currency": "KRW"}}


@success("PUT /payments/prepare")
def prepare_again(w):
    return {"body": {"merchant_uid": w.prepared()["merchant_uid"], "amount": 15000}}


@success("GET /payments/prepare/{merchant_uid}")
def prepared(w):
    return path(merchant_uid=w.prepared()["merchant_uid"])


@success("POST /subscribe/payments/onetime")
def onetime(w):
    return {"body": {**w.order(), **w.card()}}


@success("POST /subscribe/payments/onetime")
def onetime_with_key(w):
    return {"body": {**w.order(), **w.card(), "customer_uid": w.number("customer")}}


@success("POST /subscribe/payments/again")
def again(w):
    return {"body": {**w.order(), "customer_uid": w.customer()["customer_uid"]}}


@success("POST /subscribe/payments/schedule")
def plan(w):
    entries = [
        {**w.order(), "schedule_at": w.now() + day * DAY, "currency": "KRW"} for day in (1, 2)
    ]
    return {"body": {"customer_uid": w.customer()["customer_uid"], "schedules": entries}}


@success("POST /subscribe/payments/schedule")
def plan_with_card(w):
    entry = {**w.order(), "schedule_at": w.now() + DAY, "currency": "KRW"}
    return {"body": {"customer_uid": w.number("customer"), **w.card(), "schedules": [entry]}}


@success("POST /subscribe/payments/unschedule")
def revoke(w):
    return {"body": {"customer_uid": w.plan()["customer_uid"]}}


@success("POST /subscribe/payments/unschedule")
def revoke_order(w):
    return {"body": {"merchant_uid": [w.plan()["merchant_uid"]]}}


@success("GET /subscribe/payments/schedule")
def plans(w):
    w.plan(DAY), w.failed_plan()
    return {"query": {"schedule_from": w.now() - DAY, "schedule_to": w.now() + 2 * DAY}}


@success("GET /subscribe/payments/schedule/{merchant_uid}")
def plan_of_order(w):
    return path(merchant_uid=w.plan()["merchant_uid"])


@success("PUT /subscribe/payments/schedule/{merchant_uid}")
def move(w):
    order = w.plan()["merchant_uid"]
    return {**path(merchant_uid=order), "body": {"schedule_at": w.now() + DAY}}


@success("POST /subscribe/payments/schedule/{merchant_uid}/reschedule")
def reschedule(w):
    order = w.failed_plan()["merchant_uid"]
    return {**path(merchant_uid=order), "body": {"schedule_at": w.now() + DAY}}


@success("POST /subscribe/payments/schedule/{merchant_uid}/retry")
def retry(w):
    return path(merchant_uid=w.failed_plan()["merchant_uid"])


for label in (
    "GET /subscribe/payments/schedule/customers/{customer_uid}",
    "GET /subscribe/customers/{customer_uid}/schedules",
):
    @success(label)
    def plans_of_customer(w):
        customer = w.plan(DAY)["customer_uid"]
        return {**path(customer_uid=customer), "query": {"from": w.now(), "to": w.now() + 2 * DAY}}


@success("GET /subscribe/customers")
def customers(w):
    return {"query": {"customer_uid[]": [w.customer()["customer_uid"], "nobody"]}}


@success("POST /subscribe/customers/{customer_uid}")
def new_customer(w):
    body = {**w.card(), "channel_key": w.channel("nice"), "customer_name": "고객"}
    return {**path(customer_uid=w.number("customer")), "body": body}


for label in ("GET /subscribe/customers/{customer_uid}", "DELETE /subscribe/customers/{customer_uid}"):
    @success(label)
    def customer(w):
        return path(customer_uid=w.customer()["customer_uid"])


@success("GET /subscribe/customers/{customer_uid}/payments")
def payments_of_customer(w):
    return path(customer_uid=w.again()["customer_uid"])


@success("POST /vbanks")
def account(w):
    return {"body": w.account_order()}


@success("PUT /vbanks/{imp_uid}")
def change_account(w):
    return {**path(imp_uid=w.changeable_account()["imp_uid"]), "body": {"amount": 2000}}


@success("DELETE /vbanks/{imp_uid}")
def close_account(w):
    return path(imp_uid=w.account()["imp_uid"])


for label in ("GET /users/pg", "GET /cards", "GET /banks"):
    success(label)(lambda w: {})

success("GET /cards/{card_standard_code}")(lambda w: path(card_standard_code="366"))
success("GET /banks/{bank_standard_code}")(lambda w: path(bank_standard_code="088"))
