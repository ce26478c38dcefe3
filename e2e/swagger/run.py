"""Sends requests made from the official description to a running hub and judges every answer.

    run.py DESCRIPTION [PART] < what `ieum demo` wrote into its ready file

First, for every operation, calls that must succeed (`successes.py`); then what Schemathesis makes of
the description: every boundary of every field, right and wrong, and random data, half of it about
things that exist. An answer must have a documented status, be JSON in V1's media type and fit the
schema of its status; deliberate differences are in `deviations.py`. One seed, one order, no time
limits: two runs send the same.
"""

import json
import re
import sys
import time
from collections import Counter, defaultdict
from urllib.parse import urlencode

import jsonschema_rs
import schemathesis
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.engine import events, from_schema

import deviations
import successes
import successes_around  # noqa: F401 (adds to the list)
from convert import FORM, JSON, convert
from pool import Pool
from world import TAKEN, World

SEED = 20
# Only operations whose path has this.
PART = sys.argv[2] if len(sys.argv) > 2 else ""
# Random cases for each operation, besides the boundaries.
RANDOM = 25
# A 5xx nobody documented is no documented status either; a documented one says what a PG refused.
CHECKS = (
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


# What the hub says of a fault of its own, whatever the status is documented for.
OUR_FAULT = "일시적인 오류가 발생하였습니다"


class Ledger:
    """What every operation answered."""

    def __init__(self, concerned):
        self.answers = defaultdict(Counter)
        self.succeeded = Counter()
        self.absent = set()
        self.failures = {}
        self.concerned = defaultdict(list)
        for label, deviation in concerned:
            self.concerned[label].append(deviation)

    def note(self, label, response):
        status = response.status_code
        self.answers[label][status] += 1
        try:
            body = json.loads(response.content)
            code, message = body["code"], body["message"]
        except (ValueError, KeyError, TypeError):
            return
        if status < 300 and code == 0:
            self.succeeded[label] += 1
        if status == 404 and message == "Not Found":
            self.absent.add(label)
        if status >= 500 and str(message).startswith(OUR_FAULT):
            self.fail(label, "a fault of the hub's", response.text[:300])
        for deviation in self.concerned[label]:
            if deviation.shows(status, body):
                deviation.seen += 1

    def fail(self, label, title, detail):
        """One line of each kind for each operation is enough to read."""
        self.failures.setdefault((label, title), detail)


@schemathesis.serializer(FORM)
def php_form(_context, value):
    """`a[0][b]=c`, as V1's clients write what is not flat."""
    if not isinstance(value, dict):
        return str(value).encode("utf-8", "surrogatepass")
    pairs = []

    def walk(name, part):
        if isinstance(part, dict):
            for key, inner in part.items():
                walk(f"{name}[{key}]", inner)
        elif isinstance(part, list):
            for index, inner in enumerate(part):
                walk(f"{name}[{index}]", inner)
        elif part is not None:
            text = json.dumps(part) if isinstance(part, (bool, float)) else str(part)
            pairs.append((name, text))

    for key, part in value.items():
        walk(key, part)
    return urlencode(pairs, errors="surrogatepass").encode()


def description_of(swagger):
    made = convert(swagger)
    return made, deviations.apply(made)


def load(description, world):
    config = schemathesis.Config.from_dict({
        "seed": SEED,
        "base-url": world.api,
        "headers": {"Authorization": world.token},
        "workers": 1,
        "continue-on-failure": True,
        # What a former run learnt would change what this one sends.
        "cache": {"enabled": False},
        "suppress-health-check": ["all"],
        "generation": {
            "max-examples": RANDOM,
            "deterministic": True,
            "no-shrink": True,
            "database": "none",
        },
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "phases": {
            "examples": {"enabled": False},
            "coverage": {"enabled": True, "unexpected-methods": []},
            "fuzzing": {
                "enabled": True,
                "operation-ordering": "none",
                "extra-data-sources": {"responses": False},
                "error-feedback": {"enabled": False},
            },
            "stateful": {"enabled": False},
        },
    })
    schema = schemathesis.openapi.from_dict(description, config=config)
    return schema.include(path_regex=re.escape(PART)) if PART else schema


def must_succeed(schema, world, ledger):
    """The calls of `successes.py`, each as JSON and as a form; the first also without a token."""
    for result in schema.get_all_operations():
        operation = result.ok()
        for index, way in enumerate(successes.WAYS.get(operation.label, [])):
            for media_type in [JSON, FORM] if operation.body else [None]:
                how = f"{way.__name__} as {media_type or 'a request'}"
                try:
                    if index == 0 and media_type != FORM and "getToken" not in operation.label:
                        without_token(operation, way(world), media_type, ledger)
                    succeed(operation, way, media_type, world, ledger, how)
                except RuntimeError as why:
                    ledger.fail(operation.label, f"{how}: cannot be made ready", str(why))


def succeed(operation, way, media_type, world, ledger, how):
    for _ in range(5):
        case = case_of(operation, way(world), media_type)
        response = judge(case, ledger, how, {"Authorization": world.token})
        if TAKEN not in response.text:
            break
    body = json.loads(response.content)
    if response.status_code >= 300 or body["code"] != 0:
        shown = f"{response.status_code} {response.text[:300]}"
        ledger.fail(operation.label, f"{how} did not succeed", shown)


def without_token(operation, parts, media_type, ledger):
    """A call that would succeed, with no token and with one that does not hold."""
    for headers in ({"Authorization": ""}, {"Authorization": "f" * 40}):
        case = case_of(operation, parts, media_type)
        response = judge(case, ledger, "without a token", headers)
        if response.status_code != 401 and operation.label not in ledger.absent:
            ledger.fail(operation.label, "takes a call without a token", response.text[:300])


def case_of(operation, parts, media_type):
    return operation.Case(
        path_parameters=parts.get("path", {}),
        query=parts.get("query", {}),
        body=parts.get("body", {}) if media_type else schemathesis.core.NOT_SET,
        media_type=media_type,
    )


def judge(case, ledger, title, headers):
    """Sends it, notes the answer and holds it against the description."""
    label = case.operation.label
    response = case.call(headers=headers)
    ledger.note(label, response)
    try:
        case.validate_response(response)
    except FailureGroup as group:
        for failure in group.exceptions:
            detail = explain(case.operation, response)
            ledger.fail(label, f"{title}: {type(failure).__name__}", detail)
    return response


def explain(operation, response):
    """What in an answer does not fit, in fewer words than a schema of alternatives has."""
    shown = f"{response.request.method} {response.request.url}\n" \
            f"{response.status_code} {response.content[:500].decode('utf-8', 'replace')}"
    answers = operation.schema.raw_schema["paths"][operation.path][operation.method]["responses"]
    answer = answers.get(str(response.status_code))
    try:
        body = json.loads(response.content)
    except ValueError:
        return shown
    if answer is None or not isinstance(body, dict):
        return shown
    schema = answer["content"][JSON]["schema"]
    if "oneOf" in schema:
        schema = schema["oneOf"][0 if body.get("code") == 0 else 1]
    whole = {**schema, "components": operation.schema.raw_schema["components"]}
    errors = jsonschema_rs.Draft202012Validator(whole).iter_errors(body)
    lines = [f"{'/'.join(map(str, it.instance_path))}: {it.message[:200]}" for it in errors]
    return "\n".join([*lines[:5], shown])


def fuzz(schema, ledger):
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            ledger.fail(event.label, "the runner stumbled", str(event.value))
        if isinstance(event, events.FatalError):
            raise event.exception
        if not isinstance(event, events.ScenarioFinished):
            continue
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is None:
                    continue
                answer = event.recorder.interactions[case_id].response
                case = event.recorder.cases[case_id].value
                title = f"{check.name} ({answer.status_code if answer else 'no answer'})"
                detail = explain(case.operation, answer) if answer else ""
                ledger.fail(event.recorder.label, title, f"{detail}\n{check.failure_info.code_sample}")


def report(description, ledger, seconds):
    """The table, and what is wrong with it."""
    wrong = []
    total = 0
    for path, methods in description["paths"].items():
        if PART not in path:
            continue
        for method in methods:
            label = f"{method.upper()} {path}"
            counts = ledger.answers[label]
            total += sum(counts.values())
            shown = "  ".join(f"{status}: {counts[status]}" for status in sorted(counts))
            print(f"{label:72} succeeded {ledger.succeeded[label]:4}   {shown}")
            if label in ledger.absent:
                wrong.append(f"{label}: there is no such route")
            elif not ledger.succeeded[label]:
                wrong.append(f"{label}: never succeeded")
    for (label, title), detail in ledger.failures.items():
        if label not in ledger.absent:
            wrong.append(f"{label}: {title}\n    " + detail.replace("\n", "\n    "))
    for deviation in deviations.ALL:
        print(f"deviation: {deviation.name}: seen {deviation.seen} times")
        if not deviation.seen and not PART:
            wrong.append(f"deviation `{deviation.name}` was seen nowhere: strike it out")
    print(f"\n{total} requests in {seconds:.0f} s")
    return wrong


def main():
    given = json.load(sys.stdin)
    with open(sys.argv[1], encoding="utf-8") as file:
        description, concerned = description_of(json.load(file))
    world = World(given)
    started = time.monotonic()
    load_all_checks()
    schema = load(description, world)
    ledger = Ledger(concerned)
    must_succeed(schema, world, ledger)
    pool = Pool(world)

    @schemathesis.hook
    def before_call(_context, case, _kwargs):
        pool.change(case)

    @schemathesis.hook
    def after_call(_context, case, response):
        ledger.note(case.operation.label, response)

    fuzz(schema, ledger)
    wrong = report(description, ledger, time.monotonic() - started)
    for text in wrong:
        print(f"\nWRONG {text}")
    print(f"\n{len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
