"""What schemathesis cannot read in the document: how to sign in, which things there are, which refusals are rules.

Cases are made from the document alone. On their way to the server (`before_call`) most valid ids, codes, versions and passwords
that name nothing give way to real ones, so that the deep paths are reached; what is wrong on purpose stays.
"""

import io
import itertools
import json
import re
import zipfile
import zlib

import schemathesis
from office import PASSWORD, PHOTO, TIMES, Office

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
TOKEN = re.compile("[A-Za-z0-9_-]{22,64}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = {"from": "2026-12-01", "to": "2026-12-31"}
# Operations after which nobody is signed in any more.
ENDS_SESSIONS = {"sign_out", "end_all_sessions", "leave"}
# Tries that are counted by address. Each address makes so many of them: the last ones hear 429.
COUNTED, CALLS_OF_AN_ADDRESS = {"sign_in", "join", "check_join_code"}, 60
# Reasons for a 422 that no JSON Schema tells: what a word means, and what there is.
RULES = {
    *("not_a_first_name", "not_an_email", "weak_password", "wrong_password", "not_a_code", "check_symbol"),
    *("out_of_range", "unknown_value", "no_such_time"),
}
# A cursor is opaque: the document says where to get one, not what it looks like.
CURSOR = "?after"
# About one thing: its kind and its id come together, or not at all.
PAIR = {"?about_kind", "?about_id"}
# A leg without an offer says what it is about; a barter without a ring has legs.
WITHOUT_OFFER = re.compile(r"/legs(/\d/(category|what))?")
# An offer that is deleted is closed, a notice withdrawn; its author still sees it. A block that is taken back can be made again, and taken back twice.
STAYS_AFTER_DELETE = re.compile("/offers/|/notices/|/block$|/hosts/|/calendars/")

office = Office()
seen = set()
calls, tries = itertools.count(), itertools.count()


@schemathesis.auth(refresh_interval=None)
class Tenant:
    """Signs the first person in."""

    def get(self, case, context):
        return office.me.authorization

    def set(self, case, data, context):
        case.headers["Authorization"] = data


def chosen(case, value):
    """Whether a value gives way to a real one: the same answer for the same value, so that a failure can be tried again. The
    phase of coverage has the same few values for all operations: there all do."""
    return case.meta is None or case.meta.phase.name == "coverage" or zlib.crc32(repr(value).encode()) % 4 != 0


def gives_way(case, *ids):
    """Whether these are ids that give way to real ones. Where calls build on each other, those that an answer held stay."""
    if not all(isinstance(each, str) and UUID.fullmatch(each) for each in ids):
        return False
    linked = case.meta is not None and case.meta.phase.name == "stateful" and any(each in seen for each in ids)
    return not linked and chosen(case, ids)


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw["operationId"]
    if operation in COUNTED:
        case.headers["X-Forwarded-For"] = f"203.0.113.{next(tries) // CALLS_OF_AN_ADDRESS % 250}"
    if operation in ENDS_SESSIONS and case.headers.get("Authorization") == office.me.authorization:
        case.headers["Authorization"] = expendable(operation)
    thing = put_real_ids(operation, case)
    if isinstance(case.headers.get("If-Match"), str) and chosen(case, case.headers["If-Match"]):
        read = thing or office.me.get("/tenants/me")
        case.headers["If-Match"] = f'"{read["version"]}"'
    key = case.headers.get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,90}", key) and chosen(case, key):
        case.headers["Idempotency-Key"] = f"{key}{next(calls)}"
    if operation == "list_rings" and gives_way(case, case.query.get("offer")):
        case.query["offer"] = office.offer_for("edit")["id"]
    if isinstance(case.query.get("category"), str) and chosen(case, case.query["category"]):
        case.query["category"] = office.services[0]
    if operation == "list_event_days" and all(DAY.fullmatch(str(case.query.get(name))) for name in DAYS) and chosen(case, dict(case.query)):
        # That the second is not before the first, and not far after it, no schema tells.
        case.query.update(DAYS)
    if operation == "put_notice_photo" and chosen(case, case.body):
        case.body = PHOTO
    if isinstance(case.body, dict):
        case.body = real(operation, case, thing)


def expendable(operation):
    """Somebody whose session may end."""
    if operation != "leave":
        return f"Bearer {office.spare.sign_in()['access_token']}"
    office.leaver = office.leaver or office.somebody_new()
    return office.leaver.authorization


def put_real_ids(operation, case):
    """Fills the path with things that there are. Gives the thing whose version counts, as it was seen last."""
    path = case.path_parameters
    verb = case.path.rsplit("/", 1)[-1]
    if "leg" in path:
        if gives_way(case, path["id"], path["leg"]):
            barter, leg = office.leg_for(verb)
            path["id"], path["leg"] = barter["id"], leg["id"]
            return barter
    elif "message" in path:
        if gives_way(case, path["id"], path["message"]):
            path["id"], path["message"] = office.conversation, office.new_message()
    elif "/events/" in case.path and path:
        if gives_way(case, *path.values()):
            named = office.event_for(operation)
            path.update({name: named[name] for name in path})
            return named
    elif "secret" in path:
        if TOKEN.fullmatch(str(path["secret"])) and chosen(case, path["secret"]):
            path["secret"] = office.calendar()
    elif "token" in path:
        if office.receipts and TOKEN.fullmatch(str(path["token"])) and chosen(case, path["token"]):
            path["token"] = office.receipts[-1]
    elif operation == "block_neighbour" and path["id"] == office.people[1]:
        # The other operations need this one.
        path["id"] = office.blocked
    elif gives_way(case, path.get("id")) or (operation == "end_session" and path["id"] in seen):
        # Of the sessions that were listed, one is in use.
        thing = thing_for(operation, case.path, verb)
        path["id"] = thing["id"]
        return thing
    return None


def thing_for(operation, path, verb):
    if "/offers/" in path:
        verbs = {"edit_offer": "edit", "close_offer": "close", "get_offer": "edit", "list_matches": "edit"}
        return office.offer_for(verbs.get(operation, verb))
    if "/notices/" in path:
        verbs = {"edit_notice": "edit", "withdraw_notice": "withdraw", "renew_notice": "renew", "resolve_notice": "resolve"}
        return office.notice_for(verbs.get(operation, "edit"), operation == "get_notice_photo")
    if "/barters/" in path:
        return office.barter_for("consent" if operation == "get_barter" else verb)
    if "/conversations/" in path:
        return {"id": office.conversation}
    if "/sessions/" in path:
        return {"id": office.session()}
    if "/residences/" in path:
        return {"id": office.residences[0]}
    if verb == "block":
        return {"id": office.blocked}
    return {"id": office.people[1]}


def real(operation, case, thing):
    """A body whose valid parts name what there is."""
    body = {name: whole(value) for name, value in case.body.items()}
    versions = {"consent_to_barter": "version", "counter_barter": "on_version"}
    if thing and versions.get(operation) in body and chosen(case, body):
        body[versions[operation]] = thing["terms"][-1]["version"]
    legs = body.get("legs")
    if operation == "propose_barter" and body.get("ring") is None and legs in (None, []) and chosen(case, body):
        # Allowed each by itself; a barter has one of the two.
        body["legs"] = office.legs(True)
    elif isinstance(legs, list) and all(isinstance(leg, dict) and gives_way(case, leg.get("giver")) for leg in legs) and legs:
        body["legs"] = [leg | named for leg, named in zip(legs, swap(operation, thing))]
    if fits(body.get("category"), 1, 40) and re.fullmatch("[a-z0-9_]+", body["category"]) and chosen(case, body):
        body["category"] = office.services[zlib.crc32(repr(body).encode()) % len(office.services)]
        if isinstance(body.get("in_return"), dict) and "categories" in body["in_return"]:
            body["in_return"] = {"kind": "categories", "categories": office.services[:2]}
    seen = body.get("seen")
    if isinstance(seen, dict) and gives_way(case, seen.get("residence")):
        body["seen"] = seen | {"residence": office.residences[0]}
        if re.match(r"\d{4}-", str(seen.get("at"))):
            body["seen"]["at"] = "2026" + seen["at"][4:]
    if operation in ("create_event", "edit_event") and chosen(case, body):
        body |= {name: time for name, time in TIMES.items() if name in body}
        # Which dates there are, which lines and residences: no schema tells.
        for name in ("repeat", "residence", "bring"):
            body.pop(name, None)
    if operation in ("answer_event", "bring_to_event", "cancel_event") and chosen(case, body):
        body.pop("date", None)
        body.pop("guests", None)
    if operation == "start_conversation" and isinstance(body.get("about"), dict) and gives_way(case, body["about"].get("id")):
        body["about"] = {"kind": "offer", "id": office.theirs}
        body["with"] = "author"
    if operation == "read_conversation" and gives_way(case, body.get("message")):
        body["message"] = office.new_message()
    if operation == "send_message" and body.get("kind") == "gone" and chosen(case, body):
        body["kind"] = "text"
    if operation == "schedule_leg" and re.match(r"\d{4}-", str(body.get("at"))) and chosen(case, body):
        body["at"] = "2028" + body["at"][4:]
    if operation in ("join", "check_join_code") and fits(body.get("code"), 12, 40) and chosen(case, body):
        body["code"] = office.codes[zlib.crc32(repr(body).encode()) % len(office.codes)]
    if operation in ("join", "sign_in", "leave") and fits(body.get("password"), 8, 200) and chosen(case, body):
        body["password"] = PASSWORD
        if operation == "sign_in" and fits(body.get("name"), 1, 120):
            body["name"] = office.spare.name
        if operation == "join" and fits(body.get("first_name"), 1, 40):
            body["first_name"] = "Zoé"
    if operation == "refresh_session" and isinstance(body.get("refresh_token"), str) and chosen(case, body):
        body["refresh_token"] = office.spare.sign_in()["refresh_token"]
    return body


def swap(operation, thing):
    """Legs that can be proposed, or be an answer to what was."""
    if operation == "counter_barter" and thing:
        kept = ("giver", "receiver", "offer", "category", "what")
        return [{name: leg.get(name) for name in kept} for leg in thing["terms"][-1]["legs"]]
    return office.legs(True)


def fits(value, least, most):
    return isinstance(value, str) and least <= len(value) <= most


def whole(value):
    """To JSON Schema 3.0 is an integer; the server, and who reads `3.0` as a fraction, take 3 alone."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(each) for each in value]
    return {name: whole(each) for name, each in value.items()} if isinstance(value, dict) else value


@schemathesis.hook
def after_call(context, case, response):
    """Learns what there is now."""
    operation = case.operation.definition.raw["operationId"]
    if operation == "leave" and response.status_code in (202, 429):
        office.leaver = None
        if response.status_code == 202:
            office.receipts.append(case.body["receipt"])
    ids = case.path_parameters
    if response.status_code in (404, 409):
        office.offers.pop(ids.get("id"), None)
        office.barters.pop(ids.get("id"), None)
        office.notices.pop(ids.get("id"), None)
    if response.status_code in (200, 201) and "json" in (response.headers.get("content-type") or [""])[0]:
        body = json.loads(response.content)
        learn(body)
        if isinstance(body, dict) and ("terms" in body or "in_return" in body or "renewals_left" in body):
            office.remember(body)


def learn(value):
    """Takes note of all ids, so that those that come back are left as they are."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            seen.add(value["id"])
        for each in value.values():
            learn(each)
    elif isinstance(value, list):
        for each in value:
            learn(each)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops what is no failure: rules that no schema tells."""
    checks = type(failure).checks
    if "positive_data_acceptance" in checks and response.status_code == 422:
        problem = json.loads(response.content)
        return problem["code"] == "invalid" and not all(is_rule(error, case) for error in problem["errors"])
    if "use_after_free" in checks:
        return not STAYS_AFTER_DELETE.search(case.path)
    return True


def is_rule(error, case):
    pointer, code = error["pointer"], error["code"]
    if code == "required":
        # A text that shows nothing, or a leg without an offer; any other value that has to be there the document has to name.
        return isinstance(value_at(case.body, pointer), str) or bool(WITHOUT_OFFER.fullmatch(pointer)) or pointer in PAIR
    # A way to be reached is one short line; other messages have many.
    contact = isinstance(case.body, dict) and case.body.get("kind") == "contact" and pointer == "/text"
    return code in RULES or pointer == CURSOR or contact


def value_at(value, pointer):
    for name in pointer.split("/")[1:]:
        value = value[int(name)] if isinstance(value, list) else value.get(name) if isinstance(value, dict) else None
    return value


@schemathesis.check
def the_export_opens(context, response, case):
    """The archive is whole, and holds what it promises."""
    if (response.headers.get("content-type") or [""])[0] != "application/zip":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(response.content)) as file:
            damaged, names = file.testzip(), file.namelist()
    except zipfile.BadZipFile as error:
        raise AssertionError(f"the export is no archive: {error}") from error
    assert damaged is None, f"{damaged} is damaged"
    assert {"index.html", "data.json"} <= set(names), f"the export holds {names}"
