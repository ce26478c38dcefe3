"""The merchant's things a run asks about: payments of every kind, keys, plans.

Everything is made over the API under test, with numbers counted up from 1, so a run is the same
every time but for the numbers the hub draws itself.
"""

import itertools

import requests

import browser

# Numbers of the sandbox's cards: approved always, refused at every charge.
GOOD, BROKE = "4111-1111-1111-1111", "4000-0000-0000-0341"
DAY = 86_400
# What the PG of the sandbox's keys says of a transaction number that is taken.
TAKEN = "[A225]"


class World:
    def __init__(self, ready):
        self.ready = ready
        self.api, self.key, self.secret = ready["api"], ready["imp_key"], ready["imp_secret"]
        self.session = requests.Session()
        self.count = itertools.count(1)
        keys = {"imp_key": self.key, "imp_secret": self.secret}
        answer = self.call("POST", "/users/getToken", keys)
        self.token = answer["access_token"]
        self.session.headers["Authorization"] = self.token
        self.channels, self.staff = {}, None

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
        """The key of the merchant's channel of a PG, which is added if there is none."""
        if pg not in self.channels:
            self.channels = self.all_channels()
        if pg not in self.channels:
            self.staff = self.staff or browser.Staff(self.ready)
            self.staff.add_channel(pg)
            self.channels = self.all_channels()
        return self.channels[pg]

    def all_channels(self):
        return {it["pg_provider"]: it["channel_key"] for it in self.call("GET", "/users/pg")}

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

    def changeable_account(self):
        """An open account of a PG that changes them."""
        more = {"channel_key": self.channel("settle")}
        return self.ask("/vbanks", lambda: {**self.account_order(), **more})

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

    # What the operations around a payment are about.

    def window(self, pg, **more):
        """A payment through a window."""
        key = self.channel(pg)
        param = {**self.order(), "pg": pg, "channelKey": key, "currency": "KRW", **more}
        imp_uid = browser.pay(self.ready, param)
        found = self.call("GET", f"/payments/{imp_uid}")
        if found["status"] != "paid":
            why = found["fail_reason"]
            raise RuntimeError(f"{pg}: the window ended with {found['status']}: {why}")
        return found

    def escrow(self):
        return self.window("html5_inicis", pay_method="trans", escrow=True)

    def delivery(self):
        party = {"name": "보내는이", "tel": "02-1234-5678", "addr": "대전", "postcode": "34100"}
        logis = {"company": "LOGEN", "invoice": "1234-5678", "sent_at": self.now()}
        return {"sender": party, "receiver": {**party, "name": "받는이"}, "logis": logis}

    def delivered(self):
        """An escrow payment whose delivery is registered."""
        found = self.escrow()
        self.call("POST", f"/escrows/logis/{found['imp_uid']}", self.delivery())
        return found

    def receipt_fields(self):
        return {"identifier": "01012345678", "identifier_type": "phone", "type": "person"}

    def receipt(self):
        """A payment with a cash receipt."""
        found = self.deposited()
        self.call("POST", f"/receipts/{found['imp_uid']}", self.receipt_fields())
        return found

    def elsewhere(self):
        return {
            "channel_key": self.channel("nice"), "name": "매장 판매", "amount": 11000,
            "pay_method": "trans", **self.receipt_fields(),
        }

    def external_receipt(self):
        order = self.number("sale")
        self.call("POST", f"/receipts/external/{order}", self.elsewhere())
        return order

    def person(self):
        return {
            "name": "홍길동", "phone": "010-1234-5678", "birth": "900101", "gender_digit": "1",
            "carrier": "SKT", "channel_key": self.channel("danal"),
        }

    def code_sent(self):
        return self.call("POST", "/certifications/otp/request", self.person())["imp_uid"]

    def certified(self):
        imp_uid = self.code_sent()
        # The sandbox's code.
        self.call("POST", f"/certifications/otp/confirm/{imp_uid}", {"otp": "000000"})
        return imp_uid

    def cvs_order(self):
        due = {"expired_at": self.now() + DAY}
        return {**self.order(), **due, "channel_key": self.channel("galaxia")}

    def cvs(self):
        return self.call("POST", "/cvs", self.cvs_order())

    # What single PGs have.

    def sale(self):
        """A payment for products of Naver's, and the numbers of its two product orders."""
        products = [
            {"id": it, "name": it, "basePrice": 7000, "taxType": "TAX", "quantity": 1}
            for it in ("book", "shirt")
        ]
        where = {"buyer_addr": "서울특별시 강남구 삼성동", "buyer_postcode": "123-456"}
        imp_uid = self.window("naverco", naverProducts=products, **where)["imp_uid"]
        found = self.call("GET", f"/payments/{imp_uid}/naver/product-orders")
        return imp_uid, [it["product_order_id"] for it in found]

    def task(self, imp_uid, task, number, **fields):
        body = {"product_order_id": [number], **fields}
        return self.call("POST", f"/payments/{imp_uid}/naver/{task}", body)

    def act(self, number, action):
        """What a buyer or a carrier does."""
        self.call("POST", f"/sandbox/naver/product-orders/{number}/{action}", {})

    def pin(self, member):
        """A payment in whose window a member typed a PIN."""
        return self.window("kcp_quick", customer_id=member)["imp_uid"]

    def quick_key(self):
        """A member's key for charges without a window."""
        uid = self.number("member_key")
        param = {**self.order(), "pg": "kcp_quick", "channelKey": self.channel("kcp_quick")}
        browser.pay(self.ready, {**param, "customer_uid": uid})
        return uid

    def login(self):
        login = {"benepia_user": self.number("user"), "benepia_password": "benepia1!"}
        return {**login, "channel_key": self.channel("benepia")}
