"""PyPI's iamport-rest-client against the hub, unchanged: `imp_url`, an argument of its own
constructor, is all that is given besides the keys.

Reads {"api", "imp_key", "imp_secret", "later", "paid": [{"imp_uid", "merchant_uid"}, ..]} from stdin
and prints what the client gave, as JSON. Every paid order may be used up; `later` is a time to come.
"""

import json
import sys

from iamport import Iamport

given = json.load(sys.stdin)
first, second = given["paid"]


def client(secret):
    return Iamport(imp_key=given["imp_key"], imp_secret=secret, imp_url=given["api"] + "/")


def call(function, *args, **kwargs):
    """What the client gives, or how it says no."""
    try:
        return function(*args, **kwargs)
    except Iamport.ResponseError as error:
        return {"refused": {"code": error.code, "message": error.message}}
    except Iamport.HttpError as error:
        return {"refused": {"http": error.code, "reason": error.reason}}


iamport = client(given["imp_secret"])
prepared = "python_prepared_1"
imp_uid = first["imp_uid"]
customer = "python_customer"
card = {"expiry": "2031-12", "birth": "900101", "pwd_2digit": "00"}
good = {**card, "card_number": "4111-1111-1111-1111"}
bad = {**card, "card_number": "4092-0230-1234-1234"}
later = given["later"]
between = {"schedule_from": later - 60, "schedule_to": later + 60}


def order(merchant_uid, **more):
    return {"merchant_uid": merchant_uid, "amount": 3000, "name": "정기결제", **more}


plans = [order("python_plan_1", schedule_at=later), order("python_plan_2", schedule_at=later)]
out = {
    "token": call(iamport._get_token),
    "byImpUid": call(iamport.find, imp_uid=imp_uid),
    "byMerchantUid": call(iamport.find, merchant_uid=first["merchant_uid"]),
    "isPaid": call(iamport.is_paid, 14000, imp_uid=imp_uid),
    "isPaidOtherwise": call(iamport.is_paid, 13999, imp_uid=imp_uid),
    "prepare": call(iamport.prepare, prepared, 420000),
    "prepareValid": call(iamport.prepare_validate, prepared, 420000),
    "prepareInvalid": call(iamport.prepare_validate, prepared, 1),
    "preparedTwice": call(iamport.prepare, prepared, 1),
    "cancelPart": call(iamport.cancel, "부분 환불", imp_uid=imp_uid, amount=4000, checksum=14000),
    "cancelStale": call(iamport.cancel, "부분 환불", imp_uid=imp_uid, amount=4000, checksum=14000),
    "cancelRest": call(iamport.cancel_by_imp_uid, imp_uid, "나머지"),
    "cancelAgain": call(iamport.cancel, "또", imp_uid=imp_uid),
    "cancelAll": call(iamport.cancel, "전부", merchant_uid=second["merchant_uid"]),
    "customer": call(iamport.customer_create, customer_uid=customer, **good, customer_name="구매자"),
    "badCard": call(iamport.customer_create, customer_uid="bad", **bad),
    "customerShown": call(iamport.customer_get, customer),
    "onetime": call(iamport.pay_onetime, **order("python_onetime"), **good),
    "foreign": call(iamport.pay_foreign, **order("python_foreign"), **good),
    "again": call(iamport.pay_again, **order("python_again", customer_uid=customer)),
    "againTwice": call(iamport.pay_again, **order("python_again", customer_uid=customer)),
    "plan": call(iamport.pay_schedule, customer_uid=customer, schedules=plans),
    "planned": call(iamport.pay_schedule_get, "python_plan_1"),
    "plansBetween": call(iamport.pay_schedule_get_between, **between),
    "unplanOne": call(iamport.pay_unschedule, customer_uid=customer, merchant_uid="python_plan_1"),
    "unplan": call(iamport.pay_unschedule, customer_uid=customer),
    "unplanAgain": call(iamport.pay_unschedule, customer_uid=customer),
    "customerDeleted": call(iamport.customer_delete, customer),
    "customerGone": call(iamport.customer_get, customer),
    "unknown": call(iamport.find, imp_uid="imp_000000000000"),
    "wrongKey": call(client("wrong").find, imp_uid=imp_uid),
}
json.dump(out, sys.stdout)
