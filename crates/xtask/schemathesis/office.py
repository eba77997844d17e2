"""The demo's office as the tests use it: people who are signed in, and things in the state that an operation needs.

Everything goes through the public API, except the join codes, which `toit codes issue` has written.
"""

import base64
import csv
import datetime
import itertools
import os
import time

import requests

API = os.environ["TOIT_API"]
# Wrong passwords are counted by address: what the tests do wrong must not keep these people out.
OWN_ADDRESS = "198.51.100.1"
# A token is good for ten minutes.
TOKEN_SECONDS = 300
# What the two people do, one after the other, before the first can do this with a leg.
DONE = [(0, "schedule"), (1, "done")]
BEFORE = {"done": DONE[:1], "confirm": DONE, "dispute": DONE, "settle": [*DONE, (0, "dispute")]}
# A PNG file of four grey pixels.
PHOTO = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAAAAABX3VL4AAAADklEQVR4nGMQUGAwcAAAAXYAoewwivQAAAAASUVORK5CYII=")
# Next week, at times that there are.
DAY = (datetime.date.today() + datetime.timedelta(days=7)).isoformat()
TIMES = {"start": f"{DAY}T18:00:00", "end": f"{DAY}T20:00:00"}
EVENT = {"title": "Fête", "text": "", "place": "Dans la cour", "circle": "office", **TIMES}
EVENT["bring"] = [{"what": "Un gâteau", "wanted": 50}]
APPOINTMENT = {"at": "2028-03-04T09:00:00Z"}


def card():
    """The demo's card: the password of all, and their sign-in names."""
    with open(os.environ["TOIT_CARD"], encoding="utf-8") as file:
        lines = file.read().splitlines()
    names = [line.split()[0] for line in lines if line.startswith("  ") and line.endswith(")")]
    return lines[0].split(" : ", 1)[1], names


PASSWORD, NAMES = card()


class Person:
    """A tenant; signs in when needed, and again before the token ends."""

    def __init__(self, name):
        self.name = name
        self.until = 0
        self.token = None

    def sign_in(self):
        """A new session beside the one in use."""
        body = {"name": self.name, "password": PASSWORD}
        return request("POST", "/session", body).json()["tokens"]

    @property
    def authorization(self):
        if time.monotonic() > self.until:
            self.token = self.sign_in()["access_token"]
            self.until = time.monotonic() + TOKEN_SECONDS
        return f"Bearer {self.token}"

    def get(self, path):
        return request("GET", path, None, self.authorization).json()

    def post(self, path, body=None):
        return request("POST", path, body, self.authorization).json()

    def put(self, path, file):
        headers = {"X-Forwarded-For": OWN_ADDRESS, "Authorization": self.authorization}
        answer = requests.put(API + path, data=file, headers=headers, timeout=30)
        assert answer.ok, f"PUT {path}: {answer.status_code} {answer.text}"
        return answer.json()


def send(method, path, body, authorization=None, address=OWN_ADDRESS):
    headers = {"X-Forwarded-For": address}
    if authorization:
        headers["Authorization"] = authorization
    return requests.request(method, API + path, json=body, headers=headers, timeout=30)


def request(method, path, body, authorization=None):
    """What has to go well: nobody tests here."""
    answer = send(method, path, body, authorization)
    assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer


class Office:
    """Who there is and what they have."""

    def __init__(self):
        # The one who is tested with, her neighbour, and one whose sessions end all the time.
        self.me, self.other, self.spare = (Person(name) for name in NAMES[:3])
        self.people = [self.me.get("/tenants/me")["id"], self.other.get("/tenants/me")["id"]]
        # With whom nothing is agreed, so that nothing ends when she is blocked; known by an offer.
        self.blocked = self.spare.get("/tenants/me")["id"]
        self.residences = [each["id"] for each in self.me.get("/residences")["items"]]
        services = [each for each in self.me.get("/categories")["items"] if "parent" in each]
        self.services = [each["slug"] for each in services]
        self.sensitive = next(each["slug"] for each in services if each["sensitive"])
        self.harmless = next(each["slug"] for each in services if not each["sensitive"])
        with open(os.environ["TOIT_CODES"], encoding="utf-8-sig", newline="") as file:
            codes = [row["code"] for row in csv.DictReader(file, delimiter=";")]
        # Half for the tests to join with, half for people who leave again and free their seat.
        self.codes, self.kept_codes = codes[::2], itertools.cycle(codes[1::2])
        self.receipts = []
        self.leaver = None
        self.offers, self.barters, self.notices = {}, {}, {}
        self.new_offer(self.spare)
        # About what the first person talks with its author.
        self.theirs = self.new_offer(self.other)["id"]
        about = {"about": {"kind": "offer", "id": self.theirs}, "with": "author", "text": "Bonjour"}
        self.conversation = self.me.post("/conversations", about)["id"]

    def new_offer(self, person):
        offer = {"kind": "offer", "category": self.harmless, "title": "Lecture", "text": "", "circle": "office"}
        return person.post("/offers", offer | {"capacity": 20, "in_return": {"kind": "anything"}})

    def new_message(self):
        """A message of the first person's."""
        return self.me.post(f"/conversations/{self.conversation}/messages", {"kind": "text", "text": "Alors ?"})["id"]

    def legs(self, mine):
        """A swap of the two people, of which the second comes from an offer when the first proposes, and the other way round."""
        me, other = self.people
        # A new one each time: an offer has room for so many agreements.
        offer = self.new_offer(self.other if mine else self.me)["id"]
        offered = {"giver": other, "receiver": me, "offer": offer}
        named = {"giver": me, "receiver": other, "category": self.sensitive, "what": "Monter une étagère"}
        return [offered, named] if mine else [swapped(offered), swapped(named)]

    def remember(self, thing):
        """Keeps a thing as the first person saw it last."""
        kept = self.barters if "parties" in thing else self.notices if "renewals_left" in thing else self.offers
        kept.pop(thing["id"], None)
        kept[thing["id"]] = thing
        if len(kept) > 20:
            kept.pop(next(iter(kept)))
        return thing

    def offer_for(self, verb):
        """An offer with which the first person can do this now."""
        found = next((each for each in self.offers.values() if verb in each.get("actions", [])), None)
        if found:
            return found
        made = self.new_offer(self.me)
        if verb == "resume":
            made = self.me.post(f"/offers/{made['id']}/pause")
        return self.remember(made)

    def notice_for(self, verb, with_photo):
        """A notice with which the first person can do this now."""
        for each in self.notices.values():
            if verb in each.get("actions", []) and (each.get("photo") or not with_photo):
                return each
        notice = {"kind": "lost_animal", "title": "Chat roux", "text": "", "circle": "office"}
        made = self.me.post("/notices", notice)
        if with_photo:
            made = self.me.put(f"/notices/{made['id']}/photo", PHOTO)
        return self.remember(made)

    def event_for(self, operation):
        """An event with which the first person can do this now, and what stands in the path beside it."""
        draft = operation in ("publish_event", "delete_event")
        made = self.me.post("/events", EVENT | {"draft": draft})
        named = {"id": made["id"], "version": made["version"], "line": made["bring"][0]["id"], "tenant": self.people[1]}
        going = {"answer": "going"}
        if operation == "bring_to_event":
            request("PUT", f"/events/{made['id']}/answer", going, self.me.authorization)
        if operation in ("add_event_host", "remove_event_host"):
            request("PUT", f"/events/{made['id']}/answer", going, self.other.authorization)
        if operation == "remove_event_host":
            request("PUT", f"/events/{made['id']}/hosts/{self.people[1]}", None, self.me.authorization)
        return named

    def calendar(self):
        """The secret of a calendar of the first person."""
        path = request("PUT", "/calendars/mine", None, self.me.authorization).json()["path"]
        return path.rsplit("/", 1)[-1].removesuffix(".ics")

    def barter_for(self, verb):
        """A barter with which the first person can do this now."""
        found = next((each for each in self.barters.values() if verb in each["actions"]), None)
        if found:
            return found
        if verb == "dissolve":
            return self.agreed()
        proposer = self.me if verb == "withdraw" else self.other
        made = proposer.post("/barters", {"legs": self.legs(proposer is self.me)})
        return self.remember(self.me.get(f"/barters/{made['id']}"))

    def agreed(self):
        made = self.me.post("/barters", {"legs": self.legs(True)})
        self.other.post(f"/barters/{made['id']}/consent", {"version": 1})
        return self.remember(self.me.get(f"/barters/{made['id']}"))

    def leg_for(self, verb):
        """A barter and one of its legs, with which the first person can do this now."""
        for barter in [*self.barters.values()]:
            for leg in barter["legs"]:
                if verb in leg["actions"]:
                    return barter, leg
        barter = self.agreed()
        for who, before in BEFORE.get(verb, []):
            person = [self.me, self.other][who]
            for leg in person.get(f"/barters/{barter['id']}")["legs"]:
                if before in leg["actions"]:
                    body = APPOINTMENT if before == "schedule" else None
                    person.post(f"/barters/{barter['id']}/legs/{leg['id']}/{before}", body)
        barter = self.remember(self.me.get(f"/barters/{barter['id']}"))
        return barter, next((leg for leg in barter["legs"] if verb in leg["actions"]), barter["legs"][0])

    def session(self):
        """A session of the first person that may end."""
        token = self.me.sign_in()["access_token"]
        sessions = request("GET", "/sessions", None, f"Bearer {token}").json()["items"]
        return next(each["id"] for each in sessions if each["current"])

    def somebody_new(self):
        """A tenant who may leave. Some of the office's homes are full: then the next code is tried, from another address."""
        name = "".join(chr(ord("a") + int(digit)) for digit in str(time.monotonic_ns()))
        body = {"first_name": name.capitalize(), "mark": {"colour": "blue", "animal": "cat"}, "language": "fr"}
        for number in range(40):
            home = body | {"code": next(self.kept_codes), "password": PASSWORD}
            answer = send("POST", "/join", home, None, f"198.51.100.{number + 2}")
            if answer.ok:
                return Person(answer.json()["me"]["sign_in_name"])
        raise AssertionError(f"nobody can join any more: {answer.status_code} {answer.text}")


def swapped(leg):
    return leg | {"giver": leg["receiver"], "receiver": leg["giver"]}
