"""The merchant's things a run asks about: payments of every kind, keys, plans.

Everything is made over the API under test, with numbers counted up from 1, so a run is the same
every time but for the numbers the hub draws itself.
"""

import itertools

import requests

# Numbers of the sandbox's cards: approved always, refused at every charge.
GOOD, BROKE = "4111-1111-1111-1111", "4000-0000-0000-0341"
DAY = 86_400
# What the PG of the sandbox's keys says of a transaction number that is taken.
TAKEN = "[A225]"


class World:
    def __init__(self, api, key, secret):
        self.api, self.key, self.secret = api, key, secret
        self.session = requests.Session()
        self.count = itertools.count(1)
        answer = self.call("POST", "/users/getToken", {"imp_key": key, "imp_secret": secret})
        self.token = answer["access_token"]
        self.session.headers["Authorization"] = self.token
        self.channels = {it["pg_provider"]: it for it in self.call("GET", "/users/pg")}

    def call(self, method, path, body=None):
        """`response` of a call that must succeed."""
        answer = self.session.request(method, self.api + path, json=body, timeout=30)
        found = answer.json()
        if answer.status_code not in (200, 207) or found["code"] != 0:
            raise RuntimeError(f"{method} {path} {body}: {answer.status_code} {answer.text}")
        return found["response"]

    def ask(self, path, make):
        """`response` of a POST that asks a PG. One PG's transaction numbers have four digits a
        second, and hundreds are asked for here: of a collision it says so, and another is made."""
        for _ in range(5):
            try:
                return self.call("POST", path, make())
            except RuntimeError as refused:
                if TAKEN not in str(refused):
                    raise
        raise RuntimeError(f"{path}: no free transaction number")

    def now(self):
        """The merchant's time, UNIX seconds."""
        return self.call("GET", "/sandbox/clock")["now"]

    def number(self, kind):
        """A number nobody used yet."""
        return f"{kind}_{next(self.count)}"

    def channel(self, pg):
        return self.channels[pg]["channel_key"]

    def card(self, number=GOOD):
        return {"card_number": number, "expiry": "2031-12", "birth": "900101", "pwd_2digit": "00"}

    def order(self, amount=14000):
        buyer = {"buyer_name": "구매자", "buyer_tel": "010-1234-5678", "buyer_email": "a@b.example"}
        return {"merchant_uid": self.number("order"), "amount": amount, "name": "주문", **buyer}

    # What there can be.

    def paid(self):
        more = {**self.card(), "channel_key": self.channel("nice")}
        return self.ask("/subscribe/payments/onetime", lambda: {**self.order(), **more})

    def cancelled(self, amount=0):
        body = {"imp_uid": self.paid()["imp_uid"], "amount": amount, "reason": "시험"}
        return self.call("POST", "/payments/cancel", body)

    def failed(self):
        """A refused charge; its row is found by its order."""
        customer = self.customer(BROKE)["customer_uid"]
        body = {**self.order(), "customer_uid": customer}
        url = self.api + "/subscribe/payments/again"
        assert self.session.post(url, json=body, timeout=30).json()["code"] == -1
        return self.call("GET", f"/payments/find/{body['merchant_uid']}/failed")

    def account_order(self):
        account = {"vbank_code": "088", "vbank_due": self.now() + DAY, "vbank_holder": "회사명"}
        return {**self.order(), **account, "channel_key": self.channel("nice")}

    def account(self):
        return self.ask("/vbanks", self.account_order)

    def deposited(self):
        found = self.account()
        self.call("POST", f"/sandbox/payments/{found['imp_uid']}/deposit", {})
        return self.call("GET", f"/payments/{found['imp_uid']}")

    def customer(self, number=GOOD):
        body = {**self.card(number), "channel_key": self.channel("nice"), "customer_name": "고객"}
        return self.call("POST", f"/subscribe/customers/{self.number('customer')}", body)

    def again(self):
        key = {"customer_uid": self.customer()["customer_uid"]}
        return self.ask("/subscribe/payments/again", lambda: {**self.order(), **key})

    def plan(self, after=30 * DAY):
        entry = {**self.order(), "schedule_at": self.now() + after}
        body = {"customer_uid": self.customer()["customer_uid"], "schedules": [entry]}
        return self.call("POST", "/subscribe/payments/schedule", body)[0]

    def failed_plan(self):
        """A plan whose charge was refused."""
        entry = {**self.order(), "schedule_at": self.now() - 1}
        body = {"customer_uid": self.customer(BROKE)["customer_uid"], "schedules": [entry]}
        plan = self.call("POST", "/subscribe/payments/schedule", body)[0]
        # Moving the clock does what is due before it answers. A second: the token ages with it.
        self.call("POST", "/sandbox/clock", {"advance_seconds": 1})
        found = self.call("GET", f"/subscribe/payments/schedule/{plan['merchant_uid']}")
        assert found["payment_status"] == "failed", found
        return found

    def prepared(self):
        body = {"merchant_uid": self.number("prepared"), "amount": 14000}
        return self.call("POST", "/payments/prepare", body)
