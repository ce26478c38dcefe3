"""PyPI's iamport-rest-client against the hub, unchanged: `imp_url`, an argument of its own
constructor, is all that is given besides the keys.

Reads {"api", "imp_key", "imp_secret", "paid": [{"imp_uid", "merchant_uid"}, ..]} from stdin and
prints what the client gave, as JSON. Every paid order may be used up.
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
    "unknown": call(iamport.find, imp_uid="imp_000000000000"),
    "wrongKey": call(client("wrong").find, imp_uid=imp_uid),
}
json.dump(out, sys.stdout)
