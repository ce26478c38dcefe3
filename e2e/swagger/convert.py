"""The official description (Swagger 2.0) as OpenAPI 3.1, in memory.

Swagger 2.0 cannot say what V1 does: that a body may be JSON or a form, that unset keys are null,
that a refusal is an envelope of its own. Here it is said, and the file's slips are put right. What
an operation may answer is otherwise exactly what the file says; where Ieum differs on purpose is in
`deviations.py` and nowhere else.
"""

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
SCHEMA_KEYS = ("type", "items", "enum", "format", "minimum", "maximum", "maxLength", "properties")

# `required` copied from another definition.
SLIPS = {"PaymentPrepareAnnotation": ["merchant_uid", "amount"], "BenepiaPointAnnotation": ["point"]}


def convert(swagger):
    """OpenAPI 3.1 with one operation for each of the file's."""
    schemas = {}
    for name, definition in swagger["definitions"].items():
        if name in SLIPS:
            definition = {**definition, "required": SLIPS[name]}
        schemas[name] = schema_of(definition)
    paths = {
        path: {method: operation_of(path, it) for method, it in methods.items()}
        for path, methods in swagger["paths"].items()
    }
    for name in answered(paths, schemas):
        close(schemas[name])
    return {
        "openapi": "3.1.0",
        "info": {"title": "V1", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def schema_of(given, nullable=False):
    """A JSON schema of a Swagger definition, property or parameter."""
    if "$ref" in given:
        target = {"$ref": given["$ref"].replace("#/definitions/", "#/components/schemas/")}
        return {"anyOf": [target, {"type": "null"}]} if nullable else target
    if "schema" in given and "type" not in given:
        return schema_of(given["schema"], nullable)
    made = {key: given[key] for key in SCHEMA_KEYS if key in given}
    for key in ("minimum", "maximum", "maxLength"):
        if key in made:
            made[key] = int(made[key])
    required = given.get("required")
    required = required if isinstance(required, list) else []
    if "properties" in made:
        made["type"] = "object"
        properties = made["properties"].items()
        made["properties"] = {
            name: schema_of(it, nullable=name not in required) for name, it in properties
        }
        if required:
            made["required"] = required
    if made.get("type") == "array":
        items = made.get("items", {"type": "string"})
        made["items"] = {"type": items} if isinstance(items, str) else schema_of(items)
    if "allOf" in given:
        return {"allOf": [schema_of(part) for part in given["allOf"]]}
    made.setdefault("type", "object" if given.get("properties") == {} else "string")
    if nullable:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


def operation_of(path, given):
    made = {"operationId": given["operationId"] + path, "tags": given["tags"]}
    made["parameters"], fields = [], {}
    for parameter in given.get("parameters", []):
        place = parameter["in"]
        if place == "formData" and "consumes" in given and path != "/naver/reviews":
            fields[parameter["name"]] = parameter
            continue
        made["parameters"].append({
            "name": parameter["name"],
            # A field of a GET's body can only be meant for the query.
            "in": "query" if place == "formData" else place,
            "required": place == "path" or bool(parameter.get("required")),
            "schema": schema_of({k: v for k, v in parameter.items() if k != "required"}),
        })
    if fields:
        made["requestBody"] = body_of(fields)
    made["responses"] = {
        status: answer_of(status, answer) for status, answer in given["responses"].items()
    }
    return made


def body_of(fields):
    """JSON and forms are equal (V1 behaviour 2.3), and null is not supplied."""
    required = [name for name, it in fields.items() if it.get("required") is True]
    properties = {}
    for name, it in fields.items():
        plain = {key: value for key, value in it.items() if key != "required"}
        properties[name] = schema_of(plain, nullable=name not in required)
    schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {JSON: {"schema": schema}, FORM: {"schema": schema}}}


REFUSAL = {
    "type": "object",
    "properties": {
        "code": {"type": "integer", "not": {"const": 0}},
        "message": {"type": "string", "minLength": 1},
        "response": {"type": "null"},
    },
    "required": ["code", "message", "response"],
    "additionalProperties": False,
}


def success(response):
    """The envelope of a success."""
    return {
        "type": "object",
        "properties": {"code": {"const": 0}, "message": {"type": "null"}, "response": response},
        "required": ["code", "message", "response"],
        "additionalProperties": False,
    }


def answer_of(status, given):
    """A 2xx is a success with its response, or (200 alone) a refusal with code and message; all
    else is a refusal."""
    schema = REFUSAL
    if status.startswith("2"):
        schema = {"x-envelope": given.get("schema", {}), "x-status": status}
    return {"description": given.get("description", ""), "content": {JSON: {"schema": schema}}}


def answered(paths, schemas):
    """Fills the envelopes of successes in; gives the names of everything they hold."""
    names = set()
    for methods in paths.values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                schema = answer["content"][JSON]["schema"]
                if "x-envelope" not in schema:
                    continue
                given = schema.pop("x-envelope")
                response = held(schemas, given)
                reach(response, schemas, names)
                whole, refusal = success(response), REFUSAL
                inline = given.get("properties", {})
                if "error" in inline:
                    # The PG's own words beside a refusal.
                    error = {"error": schema_of(inline["error"], nullable=True)}
                    refusal = {**REFUSAL, "properties": {**REFUSAL["properties"], **error}}
                name = given.get("$ref", "").rpartition("/")[2]
                if "code" in schemas.get(name, {}).get("properties", {}):
                    # An envelope of its own: its response tells of failures too.
                    either = {"response": {"anyOf": [response, {"type": "null"}]}}
                    refusal = {**REFUSAL, "properties": {**REFUSAL["properties"], **either}}
                if "message" in inline:
                    whole["properties"]["message"] = {"type": ["string", "null"]}
                both = schema.pop("x-status") == "200"
                schema.update({"oneOf": [whole, refusal]} if both else whole)
    return names


def held(schemas, given):
    """What `response` is where an envelope like this is declared; null where nothing says."""
    if "$ref" in given:
        definition = schemas[given["$ref"].rpartition("/")[2]]
        for part in [*definition.get("allOf", []), definition]:
            found = part.get("properties", {}).get("response")
            if found:
                return sure(found)
        return {"type": "null"}
    inline = given.get("properties", {})
    if "response" in inline:
        return sure(schema_of(inline["response"]))
    # One of several envelopes, written as if they were keys.
    several = [held(schemas, it) for it in inline.values() if "$ref" in it]
    # No schema at all promises nothing.
    return {"anyOf": several} if several else {}


def sure(schema):
    """The schema without the null it may have."""
    if "anyOf" in schema:
        return schema["anyOf"][0]
    found = schema["type"]
    return {**schema, "type": found[0] if isinstance(found, list) else found}


def reach(schema, schemas, names):
    """Adds every definition a schema leads to."""
    if isinstance(schema, list):
        for part in schema:
            reach(part, schemas, names)
    elif isinstance(schema, dict):
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        if name and name not in names:
            names.add(name)
            reach(schemas[name], schemas, names)
        for part in schema.values():
            reach(part, schemas, names)


def close(schema):
    """No keys the description does not know: strict clients refuse them."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema["additionalProperties"] = False
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)
