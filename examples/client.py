"""A whole client: takes a seat and plays it to the end, by docs/wire.md alone. It reads no text, so
it guesses; a real one shows `ask` and the options, and sends what its person picks or types.

    python examples/client.py http://192.168.1.20:8000 JOINCODE ROLE 姓名
"""

import json
import random
import sys
import time
from urllib.request import Request, urlopen

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

PAIRS = {"match": ("left", "right"), "sort": ("things", "groups"), "judge": ("statements", "calls")}
TYPED = {"estimate": "7", "enter": "不知道", "reflect": "记住了"}
OVER = ("ended", "debrief", "closed")


def answer(task):
    """What to submit: a list of ids as they were drawn for this run, or of what is typed."""
    kind, free = task["kind"], [c["id"] for c in task.get("choices", []) if "closed" not in c]
    if kind in ("choose", "vote", "relay"):
        return [random.choice(free)]
    if kind == "select":
        return random.sample(free, random.randint(1, len(free)))
    if kind == "order":
        return random.sample([item["id"] for item in task["items"]], len(task["items"]))
    if kind in PAIRS:
        left, right = ([option["id"] for option in task[side]] for side in PAIRS[kind])
        drawn = random.sample(right, len(right)) if kind == "match" else random.choices(right, k=9)
        return [f"{one}={other}" for one, other in zip(left, drawn, strict=False)]
    if kind == "search":  # a spot at a time; none ends it
        near = [s for s in task["spots"] if not s["found"] and s["points"] <= task["points_left"]]
        return [s["id"] for s in near[:1]]
    return [TYPED[kind]] if kind in TYPED else []


def todo(parts, now_ms):
    """(what it is about, command) of all that may be said now. What is `held`, `locked` or
    `watched` isn't ours to answer: parts say when it is."""
    scene = parts["scene"]["id"]
    if parts["me"]["phase"] == "lobby" and not parts["me"]["ready"]:
        yield "ready", {"do": "ready"}
    for fall in parts["rescues"]:
        if not fall["tried"] and not fall.get("held"):
            choice = random.choice(fall["choices"])["id"]
            yield f"{scene} {fall}", {"do": "rescue", "seat": fall["seat"], "answer": [choice]}
    for task in parts["tasks"]:
        early = now_ms < max(task.get("talk_until_ms") or 0, task.get("until_ms") or 0)
        others = task.get("turn", task["role"]) != task["role"]
        if task["state"] == "open" and task["mine"] and not early and not others:
            told = {"do": "submit", "task": task["id"], "role": task["role"]}
            yield f"{scene} {task}", {**told, "answer": answer(task)}


def play(url, token):
    """Until the run has ended; its ending's id. A line that breaks is opened again, and what wasn't
    acknowledged is said again with the same id: it counts once."""
    client = Client()
    while client.phase not in OVER:
        try:
            with connect(url.replace("http", "ws", 1) + "/live") as line:
                line.send(json.dumps({"type": "hello", "token": token, "format": "json"}))
                if client.open:
                    line.send(json.dumps(client.open))
                while client.phase not in OVER:
                    try:
                        client.hear(json.loads(line.recv(timeout=1)))
                    except TimeoutError:
                        pass  # but a time may have come
                    if client.finds_to_do():
                        time.sleep(0.1)  # 20 messages a second are taken, and people are slower
                        line.send(json.dumps(client.open))
        except (WebSocketException, OSError):
            time.sleep(1)
    return client.parts["scene"]["ending"]


class Client:
    """What it knows, and what it has said."""

    def __init__(self):
        self.parts, self.phase, self.seq, self.due, self.ahead_ms = {}, "", 0, 0, 0
        self.said, self.about, self.open = set(), "", None

    def hear(self, message):
        if message["type"] == "parts":
            self.parts |= message["parts"]
            self.seq, self.phase = message["seq"], self.parts["scene"]["phase"]
            self.ahead_ms = message["now_ms"] - time.time() * 1000
        elif message["type"] == "bye":
            raise SystemExit(message["message"])
        elif message["type"] == "ack":  # no verdict: that comes with the parts of its seq
            self.open, self.due = None, message["seq"]
        elif message["type"] == "rejected":
            self.open = None
            self.said.discard(self.about)  # perhaps later; the parts that come say whether

    def finds_to_do(self):
        """Whether there is something to say, as `open`."""
        if self.open or self.seq < max(self.due, 1):
            return False
        for about, command in todo(self.parts, time.time() * 1000 + self.ahead_ms):
            if about not in self.said:
                self.said.add(about)
                self.about = about
                self.open = {"type": "command", "id": f"{random.getrandbits(60):x}", **command}
                return True
        return False


def sit(url, code, role, name):
    """Take a seat; its token, which opens it until the session is over."""
    body = json.dumps({"name": name, "role": role}).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(f"{url}/api/sessions/{code}/seats", body, headers)) as answered:
        return json.load(answered)["token"]


if __name__ == "__main__":
    print(play(sys.argv[1], sit(*sys.argv[1:5])))
