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
            "channel_key": [it["channel_key"] for it in world.channels.values()],
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
        }
        self.world = world
        # What the description leaves out and a call gets nowhere without.
        self.needed = {
            "POST /vbanks": {"vbank_holder": lambda: "회사명"},
            "POST /payments/cancel": {"imp_uid": lambda: world.paid()["imp_uid"]},
        }
        # What an operation uses up is made for most of its calls.
        plan, failed = lambda: world.plan()["merchant_uid"], lambda: world.failed_plan()["merchant_uid"]
        plans = "/subscribe/payments/schedule/{merchant_uid}"
        self.spent = {
            "PUT /payments/prepare": {"merchant_uid": lambda: world.prepared()["merchant_uid"]},
            "POST /subscribe/payments/unschedule": {"merchant_uid": plan},
            f"PUT {plans}": {"merchant_uid": plan},
            f"POST {plans}/reschedule": {"merchant_uid": failed},
            f"POST {plans}/retry": {"merchant_uid": failed},
            "DELETE /subscribe/customers/{customer_uid}": {
                "customer_uid": lambda: world.customer()["customer_uid"]
            },
            "DELETE /vbanks/{imp_uid}": {"imp_uid": lambda: world.account()["imp_uid"]},
        }

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
        spent = self.spent.get(label, {}).get(name)
        if spent and draw % 4:
            return spent()
        if name == "merchant_uid" and "{merchant_uid}" not in label and draw % 2:
            return self.world.number("drawn")
        known = self.values.get(name)
        return known[draw // 4 % len(known)] if known else None
