"""What random requests are about: things that exist, for most of what Schemathesis draws."""

import zlib

from schemathesis.generation.meta import TestPhase

from world import DAY, GOOD


class Pool:
    """Numbers of things that exist, for a part of the random requests."""

    def __init__(self, world):
        kinds = ("paid", "cancelled", "failed", "account", "deposited", "again")
        payments = [getattr(world, kind)() for kind in kinds for _ in range(4)]
        plans = [world.plan(), world.failed_plan(), world.plan()]
        now = world.now()
        self.values = {
            "imp_uid": [it["imp_uid"] for it in payments],
            "merchant_uid": [it["merchant_uid"] for it in payments + plans]
            + [world.prepared()["merchant_uid"]],
            "customer_uid": [it["customer_uid"] for it in plans]
            + [world.customer()["customer_uid"] for _ in range(4)],
            "channel_key": list(world.all_channels().values()),
            "card_standard_code": ["366"],
            "bank_standard_code": ["088"],
            "payment_status": ["all", "paid", "ready", "failed", "cancelled"],
            "vbank_code": ["088"],
            "vbank_due": [now + DAY],
            "card_number": [GOOD],
            "expiry": ["2031-12"],
            "birth": ["900101"],
            "pwd_2digit": ["00"],
            "amount": [14000, 1000],
            "currency": ["KRW"],
            "notice_url": ["http://127.0.0.1:9/hook"],
            "schedule_at": [now + DAY, now - DAY],
            "schedule_from": [now - DAY],
            "schedule_to": [now + DAY],
            "from": [now - DAY],
            "to": [now + DAY],
            "page": [1],
            "limit": [5],
            "card_quota": [0, 3],
            "name": ["주문"],
            "tier_code": ["ABC"],
            "identifier": ["01012345678"],
            "identifier_type": ["phone"],
            "otp": ["000000"],
            "phone": ["01012345678"],
            "gender_digit": ["1"],
            "carrier": ["SKT"],
            "expired_at": [now + DAY],
            "dispatched_at": [now],
            "benepia_password": ["benepia1!"],
            "cust_ip": ["203.0.113.7"],
            "site_code": ["A7NC2"],
            "sent_at": [now],
            "shipping_address_email": ["a@b.example"],
            "estimated_delivery_datetime": [now + DAY],
            "estimated_update_datetime": [now + DAY],
        }
        self.world = world
        where = ("country", "city", "zip", "state", "street", "phone", "firstname", "lastname")
        # What the description leaves out and a call gets nowhere without.
        self.needed = {
            "POST /vbanks": {"vbank_holder": lambda: "회사명"},
            "POST /paymentwall/delivery": {
                f"shipping_address_{name}": lambda: "US" for name in where
            },
            "POST /payments/cancel": {"imp_uid": lambda: world.paid()["imp_uid"]},
        }
        # What an operation uses up is made for most of its calls.
        self.spent = spent(world)
        self.families = families(world)

    def change(self, case):
        """Most of what was drawn becomes something that exists; which and what follows from what
        was drawn. Of a case that is about one field's boundary, that field is left alone."""
        about = getattr(case.meta.phase.data, "parameter", None) if case.meta else None
        boundary = case.meta is not None and case.meta.phase.name == TestPhase.COVERAGE
        for container in (case.path_parameters, case.query, case.body):
            self.walk(case.operation.label, container, about, boundary)
        if isinstance(case.body, dict):
            for name, value in self.needed.get(case.operation.label, {}).items():
                if name != about:
                    case.body[name] = value()

    def walk(self, label, container, about, boundary):
        if isinstance(container, list):
            for part in container:
                self.walk(label, part, about, boundary)
        for name, drawn in list(container.items()) if isinstance(container, dict) else []:
            draw = zlib.crc32(repr((name, drawn)).encode("utf-8", "surrogatepass"))
            if name == about or (not boundary and draw % 3 == 0):
                continue
            self.walk(label, drawn, about, boundary)
            value = self.value(label, name.removesuffix("[]"), draw // 3)
            if value is not None:
                container[name] = [value] if isinstance(drawn, list) else value

    def value(self, label, name, draw):
        make = self.spent.get(label, {}).get(name)
        if make and draw % 4:
            return next(iter(several(1, make)), None)
        if name == "merchant_uid" and "{merchant_uid}" not in label and draw % 2:
            return self.world.number("drawn")
        known = self.of_family(label, name) or self.values.get(name)
        return known[draw // 4 % len(known)] if known else None

    def of_family(self, label, name):
        for part, values in self.families.items():
            if part in label and values.get(name):
                return values[name]
        return None


def spent(world):
    """For an operation and a field, how to make what the operation uses up."""
    plan, failed = world.plan, world.failed_plan
    plans = "/subscribe/payments/schedule/{merchant_uid}"
    merchant_uid = lambda make: {"merchant_uid": lambda: make()["merchant_uid"]}
    imp_uid = lambda make: {"imp_uid": lambda: make()["imp_uid"]}
    return {
        "PUT /payments/prepare": merchant_uid(world.prepared),
        "POST /subscribe/payments/unschedule": merchant_uid(plan),
        f"PUT {plans}": merchant_uid(plan),
        f"POST {plans}/reschedule": merchant_uid(failed),
        f"POST {plans}/retry": merchant_uid(failed),
        "DELETE /subscribe/customers/{customer_uid}": {
            "customer_uid": lambda: world.customer()["customer_uid"]
        },
        "PUT /vbanks/{imp_uid}": imp_uid(world.changeable_account),
        "DELETE /vbanks/{imp_uid}": imp_uid(world.account),
        "DELETE /cvs/{imp_uid}": imp_uid(world.cvs),
        "POST /receipts/{imp_uid}": imp_uid(world.deposited),
        "DELETE /receipts/{imp_uid}": imp_uid(world.receipt),
        "POST /receipts/external/{merchant_uid}": {"merchant_uid": lambda: world.number("sale")},
        "DELETE /receipts/external/{merchant_uid}": {"merchant_uid": world.external_receipt},
        "DELETE /certifications/{imp_uid}": {"imp_uid": world.certified},
        "POST /certifications/otp/confirm/{imp_uid}": {"imp_uid": world.code_sent},
        "DELETE /kcpquick/autopay/{customer_uid}": {"customer_uid": world.quick_key},
        "POST /kcpquick/prepare/{merchant_uid}": {"merchant_uid": lambda: world.number("quick")},
    }


def families(world):
    """Things only some operations are about, by a part of their label. What cannot be made is
    left out: that it cannot is what `successes.py` finds."""
    window = lambda pg: lambda: world.window(pg)["imp_uid"]
    members = [world.number("member") for _ in range(3)]
    sales = several(4, world.sale)
    bought = {"imp_uid": several(3, window("naverpay"))}
    escrows = several(3, world.escrow) + several(3, world.delivered)
    wall = several(1, lambda: world.window("paymentwall"))
    channel = lambda pg: {"channel_key": several(1, lambda: world.channel(pg))}
    return {
        "/naver/point": bought,
        "/naver/confirm": bought,
        "/naver/cash-amount": bought,
        "/naver/": {
            "imp_uid": [imp_uid for imp_uid, _ in sales],
            "product_order_id": [number for _, numbers in sales for number in numbers],
            **channel("naverco"),
        },
        "/certifications/otp": channel("danal"),
        "/certifications/": {"imp_uid": several(2, world.certified) + several(2, world.code_sent)},
        "/receipts/external/": {
            "merchant_uid": several(2, world.external_receipt),
            **channel("nice"),
        },
        "/partners/": {"imp_uid": several(2, window("kicc"))},
        "/receipts/": {"imp_uid": several(2, lambda: world.receipt()["imp_uid"])},
        "/escrows/": {"imp_uid": [it["imp_uid"] for it in escrows]},
        "/cvs": channel("galaxia"),
        "/kcpquick/": {
            "member_id": members,
            "imp_uid": [pin for member in members for pin in several(1, lambda: world.pin(member))],
            "customer_uid": several(3, world.quick_key),
            **channel("kcp_quick"),
        },
        "/benepia/": channel("benepia"),
        "/payco/": {"imp_uid": several(2, window("payco"))},
        "/paymentwall/": {
            "imp_uid": [it["imp_uid"] for it in wall],
            "merchant_uid": [it["merchant_uid"] for it in wall],
        },
    }


def several(count, make):
    made = []
    for _ in range(count):
        try:
            made.append(make())
        except RuntimeError:
            break
    return made
