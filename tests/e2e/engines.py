"""WebKit and Firefox, as Debian has them, driven by the two standards they speak: WebDriver over HTTP
(WebKitWebDriver) and WebDriver BiDi over a socket (Firefox).

Playwright's own WebKit and Firefox are builds that no package index has. What a test needs of a window
is little: go, ask, tap, type. Whatever was started here ends with the `with` block, also when it fails.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Final

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.support.patience import PATIENCE_S, until
from tests.support.server import free_port

PHONE: Final = (360, 740)
HOST_NAME: Final = "hongchuan.test"
"""A host name that Firefox is told to look for on this machine: it is no secure context, unlike localhost."""

_ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
_FIND: Final = """selector => {
    const found = document.querySelector(selector);
    if (found) found.scrollIntoView({ block: 'center', behavior: 'instant' });
    return found;
}"""


class Window(ABC):
    """One phone's browser: nothing is shared with any other window."""

    @abstractmethod
    def goto(self, url: str) -> None:
        """Open an address and wait until it is loaded."""

    @abstractmethod
    def ask(self, function: str, *given: str) -> Any:
        """What a JavaScript function answers, as JSON has it."""

    @abstractmethod
    def tap(self, selector: str) -> None:
        """Press where the first such element is."""

    @abstractmethod
    def type(self, selector: str, text: str) -> None:
        """Tap a field and type into it."""

    def until(self, function: str, *given: str) -> Any:
        """What the function answers once that is something."""
        return until(
            lambda: self.ask(function, *given),
            lambda: f"{function} {given}\n{self.ask('() => document.body.innerText')}",
        )

    def shows(self, selector: str, text: str = "") -> None:
        """Wait until something visible matches, with this text in it."""
        self.until(_SHOWS, selector, text)

    def gone(self, selector: str) -> None:
        """Wait until nothing visible matches."""
        self.until(f"(selector, text) => !({_SHOWS})(selector, text)", selector, "")


class NotShown(AssertionError):
    """What was to be pressed doesn't lie where a finger reaches it, or no longer."""


_NOT_SHOWN: Final = {
    "move target out of bounds",
    "element not interactable",
    "element click intercepted",
    "stale element reference",
}


def _succeeded(told: Any, *, well: bool) -> None:
    """A driver's answer says so. Raises NotShown, AssertionError."""
    if not well and told.get("error") in _NOT_SHOWN:
        raise NotShown(told)
    assert well, told


_SHOWS: Final = """(selector, text) => Array.from(document.querySelectorAll(selector)).some(
    one => one.getClientRects().length > 0 && one.textContent.includes(text))"""


# ── processes ───────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _running(
    command: list[str], environment: Mapping[str, str], output: IO[bytes] | int
) -> Iterator[subprocess.Popen[bytes]]:
    """A program and all that it starts; both are gone afterwards."""
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait(timeout=PATIENCE_S)
        if process.stdout is not None:
            process.stdout.close()


def _program(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    raise AssertionError(f"{names[0]} is not installed; scripts/setup-tests installs it")


@contextmanager
def _screen() -> Iterator[str]:
    """A display that nobody looks at."""
    read, write = os.pipe()
    command = [_program("Xvfb"), "-displayfd", str(write), "-screen", "0", "1280x1024x24"]
    process = subprocess.Popen(
        [*command, "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(write)
    try:
        assert select.select([read], [], [], PATIENCE_S)[0], "Xvfb does not start"
        yield f":{os.read(read, 16).decode().strip()}"
    finally:
        os.close(read)
        process.kill()
        process.wait(timeout=PATIENCE_S)


# ── WebKit: WebDriver over HTTP, a driver and a browser a window ─────────────────────────────────


class _WebKitWindow(Window):
    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._path = ""

    def open(self, binary: str) -> None:
        options = {"binary": binary, "args": ["--automation"]}
        asked = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._do("POST", "/session", capabilities=asked)
        self._path = f"/session/{session['sessionId']}"
        size = {"width": PHONE[0], "height": PHONE[1]}
        self._do("POST", f"{self._path}/window/rect", **size)

    def close(self) -> None:
        self._do("DELETE", self._path)

    def _do(self, method: str, path: str, **content: Any) -> Any:
        body = content if method == "POST" else None
        answer = self._client.request(method, path, json=body)
        value = answer.json()["value"]
        _succeeded(value, well=answer.status_code == 200)
        return value

    def goto(self, url: str) -> None:
        self._do("POST", f"{self._path}/url", url=url)

    def _run(self, function: str, *given: str) -> Any:
        script = f"return ({function})(...arguments)"
        return self._do("POST", f"{self._path}/execute/sync", script=script, args=list(given))

    def ask(self, function: str, *given: str) -> Any:
        return self._run(function, *given)

    def _element(self, selector: str) -> str:
        found = self._run(_FIND, selector)
        assert found, f"{selector} isn't there"
        return f"{self._path}/element/{found[_ELEMENT]}"

    def tap(self, selector: str) -> None:
        self._do("POST", f"{self._element(selector)}/click")

    def type(self, selector: str, text: str) -> None:
        self._do("POST", f"{self._element(selector)}/value", text=text)


@contextmanager
def webkit() -> Iterator[list[Window]]:
    """Four windows of WebKit, near to today's Safari."""
    found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    assert found, "webkit2gtk-driver is not installed; scripts/setup-tests installs it"
    driver = _program("WebKitWebDriver")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="webkit-")))
        display = stack.enter_context(_screen())
        windows: list[Window] = []
        for number in range(4):
            port, own = free_port(), home / str(number)
            own.mkdir()
            environment = {
                "DISPLAY": display,
                "HOME": str(own),
                "XDG_RUNTIME_DIR": str(own),
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "GDK_BACKEND": "x11",
                "NO_AT_BRIDGE": "1",
            }
            command = [driver, f"--port={port}", "--host=127.0.0.1"]
            stack.enter_context(_running(command, environment, subprocess.DEVNULL))
            client = stack.enter_context(
                httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S)
            )
            until(lambda client=client: _answers(client))  # type: ignore[misc]
            window = _WebKitWindow(client)
            window.open(str(found[-1]))
            stack.callback(window.close)
            windows.append(window)
        yield windows


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/status").status_code == 200
    except httpx.TransportError:
        return False


# ── Firefox: WebDriver BiDi over one socket, a user context a window ─────────────────────────────


class _Bidi:
    """Commands and their answers."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._count = 0

    def do(self, method: str, **given: Any) -> Any:
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": given}))
        while True:
            heard = json.loads(self._socket.recv(timeout=PATIENCE_S))
            if heard.get("id") == self._count:
                _succeeded(heard, well=heard["type"] == "success")
                return heard["result"]


class _FirefoxWindow(Window):
    def __init__(self, bidi: _Bidi) -> None:
        self._bidi = bidi
        user = bidi.do("browser.createUserContext")["userContext"]
        self._here = bidi.do("browsingContext.create", type="tab", userContext=user)["context"]
        size = {"width": PHONE[0], "height": PHONE[1]}
        bidi.do("browsingContext.setViewport", context=self._here, viewport=size)

    def goto(self, url: str) -> None:
        self._bidi.do("browsingContext.navigate", context=self._here, url=url, wait="complete")

    def _run(self, function: str, *given: str) -> Any:
        told = self._bidi.do(
            "script.callFunction",
            functionDeclaration=function,
            target={"context": self._here},
            arguments=[{"type": "string", "value": one} for one in given],
            awaitPromise=True,
        )
        assert told["type"] == "success", told
        return told["result"]

    def ask(self, function: str, *given: str) -> Any:
        told = self._run(f"(...given) => JSON.stringify(({function})(...given))", *given)
        return json.loads(told["value"]) if "value" in told else None

    def _act(self, **actions: Any) -> None:
        self._bidi.do("input.performActions", context=self._here, actions=[actions])

    def tap(self, selector: str) -> None:
        self._bidi.do("browsingContext.activate", context=self._here)
        found = self._run(_FIND, selector)
        assert found["type"] == "node", f"{selector} isn't there"
        here = {"type": "element", "element": {"sharedId": found["sharedId"]}}
        steps: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": here},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act(type="pointer", id="finger", actions=steps)

    def type(self, selector: str, text: str) -> None:
        self.tap(selector)
        keys = [{"type": how, "value": sign} for sign in text for how in ("keyDown", "keyUp")]
        self._act(type="key", id="keys", actions=keys)


_PREFERENCES: Final[dict[str, object]] = {
    "network.dns.localDomains": HOST_NAME,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
}
_LISTENS: Final = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")


@contextmanager
def firefox() -> Iterator[list[Window]]:
    """Four windows of Firefox, each with cookies of its own."""
    with ExitStack() as stack:
        profile = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
            )
        )
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        log = profile / "output.log"
        output = stack.enter_context(log.open("wb"))
        command = [_program("firefox-esr", "firefox"), "--headless", "--no-remote"]
        command += ["--profile", str(profile), "--remote-debugging-port=0"]
        environment = {"HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
        stack.enter_context(_running(command, environment, output))
        listens = until(lambda: _LISTENS.search(log.read_bytes()), log.read_text)
        url = f"{listens[1].decode()}/session"
        bidi = _Bidi(stack.enter_context(connect(url, max_size=None)))
        bidi.do("session.new", capabilities={})
        yield [_FirefoxWindow(bidi) for _ in range(4)]
        bidi.do("browser.close")
