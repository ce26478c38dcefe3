"""Where Ieum differs from the official description on purpose: the whole list.

Each deviation changes the description for the operations it names, and says how to see it in an
answer. One that is seen nowhere in a run has outlived its reason and fails the run.
"""

from dataclasses import dataclass, field
from typing import Any, Callable

from convert import JSON, REFUSAL, success


@dataclass
class Deviation:
    name: str
    why: str
    # (label, operation of the description): whether it is one of those concerned.
    concerns: Callable[[str, dict], bool]
    # Changes the operation.
    change: Callable[[dict, dict], None]
    # (HTTP status, envelope): whether an answer of a concerned operation shows it.
    shows: Callable[[int, Any], bool]
    seen: int = field(default=0, compare=False)


def may(status):
    """The operation may also answer this status, with a refusal."""

    def change(operation, _schemas):
        answer = {"description": "", "content": {JSON: {"schema": REFUSAL}}}
        operation["responses"].setdefault(str(status), answer)

    return change


def without(status):
    return lambda _label, operation: str(status) not in operation["responses"]


def paged(operation, schemas):
    """The list of the description, inside a page."""
    schema = operation["responses"]["200"]["content"][JSON]["schema"]
    rows = schema["oneOf"][0]["properties"]["response"]
    number = {"type": "integer", "minimum": 0}
    page = {
        "type": "object",
        "properties": {"total": number, "previous": number, "next": number, "list": rows},
        "required": ["total", "previous", "next", "list"],
        "additionalProperties": False,
    }
    schema["oneOf"][0] = success(page)


def more_keys(name, **properties):
    """A definition has keys V1 answered and its description forgot."""

    def change(_operation, schemas):
        schemas[name]["properties"].update(properties)

    return change


BIRTH = {
    "GET /certifications/{imp_uid}",
    "DELETE /certifications/{imp_uid}",
    "POST /certifications/otp/confirm/{imp_uid}",
}

PLANS = {
    "GET /subscribe/payments/schedule",
    "GET /subscribe/payments/schedule/customers/{customer_uid}",
    "GET /subscribe/customers/{customer_uid}/schedules",
}

ALL = [
    Deviation(
        name="a field of the wrong shape is 400",
        why="V1 answered so (a missing imp_key is the known case); the description of many "
        "operations names only 200 and 401.",
        concerns=without(400),
        change=may(400),
        shows=lambda http, _: http == 400,
    ),
    Deviation(
        name="a token that does not hold is 401",
        why="Every operation but getToken needs one; the description forgets it for some.",
        concerns=without(401),
        change=may(401),
        shows=lambda http, _: http == 401,
    ),
    Deviation(
        name="a payment nobody has is 404",
        why="As everywhere else; the description of this one operation forgets it.",
        concerns=lambda label, _: label == "GET /payments/{imp_uid}/naver/cash-amount",
        change=may(404),
        shows=lambda http, _: http == 404,
    ),
    Deviation(
        name="verifications have `birth`",
        why="V1 answered it before it had `birthday`, and old clients read it; the description "
        "has forgotten it.",
        concerns=lambda label, _: label in BIRTH,
        change=more_keys("CertificationAnnotation", birth={"type": "integer"}),
        shows=lambda http, body: http == 200 and "birth" in (body["response"] or {}),
    ),
    Deviation(
        name="a delivery that was taken says `success`",
        why="V1 behaviour 3.13: the PG's own answer is passed on; the description has only the "
        "keys of a failure.",
        concerns=lambda label, _: label == "POST /paymentwall/delivery",
        change=more_keys("PaymentwallDeliveryDetailAnnotation", success={"type": "integer"}),
        shows=lambda http, body: http == 200 and "success" in (body["response"] or {}),
    ),
    Deviation(
        name="lists of plans are pages",
        why="V1 behaviour 9-2: its clients read total, previous, next and list; the description "
        "declares an array and says paged in words.",
        concerns=lambda label, _: label in PLANS,
        change=paged,
        shows=lambda http, body: http == 200 and isinstance(body["response"], dict),
    ),
]


def apply(description):
    """Changes the description; gives (label, deviation) of everything it concerned."""
    schemas = description["components"]["schemas"]
    concerned = []
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            label = f"{method.upper()} {path}"
            for deviation in ALL:
                if deviation.concerns(label, operation):
                    deviation.change(operation, schemas)
                    concerned.append((label, deviation))
    return concerned
