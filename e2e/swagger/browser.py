"""Hands without a screen: a buyer who walks through a sandbox window, and staff who add a PG."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

# Where the shop wants the buyer back; nobody listens there.
BACK = "http://127.0.0.1:9/done"


class Forms(HTMLParser):
    """The forms of a page, each as `(action, fields, buttons)`, and where its link `go` leads."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.link, self.select = [], None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        it = dict(attributes)
        if tag == "a" and it.get("id") == "go":
            self.link = it["href"]
        if tag == "form":
            self.forms.append({"action": it.get("action", ""), "fields": [], "buttons": []})
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "button":
            form["buttons"].append(it)
        elif tag == "input" and it.get("name") and it.get("type") not in ("submit", "button"):
            if it.get("type") not in ("checkbox", "radio") or "checked" in it:
                form["fields"].append((it["name"], it.get("value") or ""))
        elif tag == "select":
            self.select = it.get("name")
        elif tag == "option" and self.select:
            form["fields"].append((self.select, it.get("value") or ""))
            self.select = None


def walk(url, press="approve"):
    """From a checkout page through the PG's window to the end, by pressing one button."""
    session = requests.Session()
    session.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 14) Mobile"
    answer = session.get(url, allow_redirects=False, timeout=30)
    for _ in range(12):
        if answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if target.startswith(BACK):
                return
            answer = session.get(target, allow_redirects=False, timeout=30)
            continue
        page = Forms(answer.text)
        if "ieum:result" in answer.text or not (page.link or page.forms):
            return
        if page.link:
            target = urljoin(answer.url, page.link)
            answer = session.get(target, allow_redirects=False, timeout=30)
            continue
        answer = session.post(*filled(answer.url, page.forms, press), allow_redirects=False, timeout=30)
    raise RuntimeError(f"the window of {url} did not end")


def filled(url, forms, press):
    """Address and fields of the form with the button, or of the one that posts itself."""
    for form in forms:
        for button in form["buttons"]:
            if button.get("data-testid") == press:
                named = [(button["name"], button.get("value", ""))] if button.get("name") else []
                action = button.get("formaction") or form["action"]
                return urljoin(url, action), form["fields"] + named
    form = forms[0]
    return urljoin(url, form["action"]), form["fields"]


def pay(ready, param, room="payments"):
    """`request_pay` (or `certification`) on a telephone, to the end of the window."""
    param = {"m_redirect_url": BACK, **param}
    said = {"user_code": ready["imp_code"], "param": param, "device": "mobile", "page_url": BACK}
    address = f"{ready['api']}/sdk/{room}"
    opened = requests.post(address, data=json.dumps(said), timeout=30).json()
    if not opened.get("ok"):
        raise RuntimeError(f"{param}: {opened}")
    walk(opened["checkout_url"])
    return opened["imp_uid"]


class Staff:
    """Somebody signed in to the console."""

    def __init__(self, ready):
        self.api = ready["api"]
        self.session = requests.Session()
        who = {"login": ready["console_user"], "password": ready["console_password"]}
        self.post("/console/sign-in", "/console/sign-in", who)

    def post(self, page, address, fields):
        text = self.session.get(self.api + page, timeout=30).text
        csrf = re.search(r'name="csrf" value="([^"]*)"', text)
        body = {**fields, "csrf": csrf.group(1) if csrf else ""}
        answer = self.session.post(self.api + address, data=body, timeout=30)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} {fields}: {answer.status_code}")

    def add_channel(self, pg):
        """A PG in test mode."""
        self.post(f"/console/channels/new?pg={pg}", "/console/channels", {"pg": pg, "mode": "test"})
