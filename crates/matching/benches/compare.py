"""Compares the market with other people's programs, on markets drawn at random.

Rings of two, three and four: `networkx.simple_cycles(length_bound=4)`. The packing of a swap day: the optimum that the integer program of
`kep_solver` finds. The graph is made here, anew from the rules, and from nothing that the market has computed.

    python compare.py INSTANCES   # the binary of examples/instances.rs

Prints one line for each kind of instance and ends with 1 when anything disagrees or a packing stays below 0.95 of the optimum.
"""

import json
import math
import subprocess
import sys
import time
from collections import defaultdict

import networkx
from kep_solver.entities import Donor, Instance, Recipient, Transplant
from kep_solver.model import TransplantCount
from kep_solver.programme import Programme

NEARBY_M = 800.0
MEAN_RADIUS_M = 6_371_008.8
# (how many, people, posts of each): rings are compared in all, packings where each person has one post.
KINDS = [(40, 12, 1), (40, 40, 1), (20, 40, 3), (10, 120, 1), (5, 120, 2), (3, 300, 1)]
SPEED = [(1, 600, 1)]
OPTIMUM_UP_TO = 120
WANTED = 0.95


def distance(a, b):
    """Metres between two residences (haversine); none when one has no coordinates."""
    if a["residence"] == b["residence"]:
        return 0.0
    if a["lat"] is None or b["lat"] is None:
        return None
    lat_a, lat_b = math.radians(a["lat"]), math.radians(b["lat"])
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b["lon"] - a["lon"]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * MEAN_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


class Town:
    """One market, read again from the rules."""

    def __init__(self, line):
        self.line = line
        self.spots = {s["residence"]: s for s in line["spots"]}
        self.blocks = {frozenset(pair) for pair in line["blocks"]}
        self.parents = line["parents"]
        self.nodes = []
        by_author = defaultdict(list)
        for post in line["posts"]:
            by_author[post["author"]].append(post)
        for posts in by_author.values():
            for give in posts:
                for want in posts:
                    self.nodes.extend(self.turn(give, want))

    def turn(self, give, want):
        """A turn, as (what it gives, what it wants), if these two posts of one person make one."""
        named = lambda post: post["in_return"].get("categories", [])
        if give["places_left"] == 0 or want["places_left"] == 0:
            return
        if give is want and give["kind"] == "offer":
            pairs = [(give["category"], wanted) for wanted in named(give)]
        elif give is want:
            pairs = [(given, give["category"]) for given in named(give)]
        elif give["kind"] == "offer" and want["kind"] == "request":
            pairs = [(give["category"], want["category"])]
        else:
            return
        for given, wanted in sorted(set(pairs)):
            if not self.serves(given, wanted):
                yield (give, want, given, wanted)

    def serves(self, given, wanted):
        return given in self.parents and wanted in self.parents and (given == wanted or self.parents[given] == wanted)

    def within(self, circle, a, b):
        if not a["live"] or not b["live"]:
            return False
        if circle == "residence":
            return a is b
        if circle == "nearby":
            way = distance(a, b)
            return way is not None and way <= NEARBY_M
        if circle == "district":
            return a is b or (a["district"] != "" and a["district"] == b["district"])
        return True

    def edge(self, giver, receiver):
        give, want = giver[0], receiver[1]
        a, b = self.spots[give["residence"]], self.spots[want["residence"]]
        return (
            give["author"] != want["author"]
            and give["household"] != want["household"]
            and frozenset((give["author"], want["author"])) not in self.blocks
            and give["languages"] & want["languages"] != 0
            and self.serves(giver[2], receiver[3])
            and self.within(give["circle"], a, b)
            and self.within(want["circle"], a, b)
            and distance(a, b) is not None
        )

    def graph(self):
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(len(self.nodes)))
        wanted = defaultdict(list)
        for n, node in enumerate(self.nodes):
            wanted[node[3]].append(n)
        for n, node in enumerate(self.nodes):
            fitting = set(wanted[node[2]]) | set(wanted[self.parents[node[2]]])
            graph.add_edges_from((n, m) for m in fitting if self.edge(node, self.nodes[m]))
        return graph

    def ring(self, cycle):
        """The form in which the market writes a ring; none when somebody, or a household, stands in it twice, or one blocks another."""
        turns = [self.nodes[n] for n in cycle]
        for key in ("author", "household"):
            if len({t[0][key] for t in turns}) < len(turns):
                return None
        people = [t[0]["author"] for t in turns]
        if any(frozenset((a, b)) in self.blocks for a in people for b in people):
            return None
        first = min(range(len(turns)), key=lambda n: turns[n][0]["author"])
        return tuple((t[0]["id"], t[1]["id"], t[2]) for t in turns[first:] + turns[:first])


def rings_of(line, name):
    return {tuple(tuple(turn) for turn in ring) for ring in line[name]}


def optimum(town):
    """How many people swap at best: every person and household once."""
    instance = Instance()
    # A household stands for its people: two of one household never swap with each other, but may both swap. So the person is the patient.
    for author in sorted({node[0]["author"] for node in town.nodes}):
        donor = Donor(author)
        donor.recipient = instance.recipient(author)
        donor.recipient.addDonor(donor)
        instance.addDonor(donor)
    for a, b in town.graph().edges:
        giver, receiver = town.nodes[a][0]["author"], town.nodes[b][0]["author"]
        instance.addTransplant(Transplant(instance.donor(giver), instance.recipient(receiver), 1))
    programme = Programme([TransplantCount()], maxCycleLength=4, maxChainLength=0, description="swap day")
    solution, _ = programme.solve_single(instance)
    return sum(len(exchange) for exchange in solution.selected)


def instances(program, count, people, posts):
    answer = subprocess.run([program, str(count), str(people), str(posts)], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def compare(program):
    wrong = 0
    for count, people, posts in KINDS:
        lines = instances(program, count, people, posts)
        agreed, rings, worst, best, ours, solved = 0, 0, 1.0, 0, 0, 0
        for line in lines:
            town = Town(line)
            found = {town.ring(c) for c in networkx.simple_cycles(town.graph(), length_bound=4) if len(c) > 2} - {None}
            same = found == rings_of(line, "rings")
            agreed += same
            rings += len(found)
            if not same:
                print(f"  disagreement: seed {line['seed']}, {people} people, {posts} posts each")
            if posts == 1 and people <= OPTIMUM_UP_TO:
                most, packed = optimum(town), sum(len(ring) for ring in line["packing"])
                best, ours, solved = best + most, ours + packed, solved + 1
                worst = min(worst, packed / most if most else 1.0)
        wrong += len(lines) - agreed
        text = f"{people} people, {posts} posts each: {agreed} of {len(lines)} instances agree with networkx, {rings} rings"
        if solved:
            text += f"; packing {ours} of {best} people ({ours / max(best, 1):.3f} of the optimum, worst instance {worst:.3f})"
            wrong += ours < WANTED * best
        print(text)
    return wrong


def race(program):
    for count, people, posts in SPEED:
        for line in instances(program, count, people, posts):
            town = Town(line)
            graph = town.graph()
            begun = time.perf_counter()
            cycles = sum(1 for c in networkx.simple_cycles(graph, length_bound=4) if len(c) > 2)
            theirs = time.perf_counter() - begun
            print(
                f"{people} people, {graph.number_of_edges()} edges, {cycles} cycles: networkx {theirs:.3f} s, "
                f"the market {line['seconds']:.4f} s, {theirs / line['seconds']:.0f} times faster"
            )
            if theirs < 50 * line["seconds"]:
                print("  wanted: at least 50 times")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(1 if compare(sys.argv[1]) + race(sys.argv[1]) else 0)
