"""The scenario folder: what can be played, and what an author still has to mend."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
import structlog
from msgspec.structs import replace

from engine.errors import Issue, Lang, LostScript, Place, Refused, ScenarioError, Text, reason_of
from engine.evening.latest import Latest
from engine.evening.refusing import refused
from engine.home import shipped_scenarios
from engine.plain import read_plain, real
from engine.scenario import compile_scenario
from engine.scenario.model import Scenario
from engine.scenario.strings import STRINGS, translated
from engine.script.cues import SOUND
from engine.script.fields import ID
from engine.store.database import Database
from engine.store.people.accounts import Account
from engine.store.scripts.pictures import NO_PICTURES
from engine.store.scripts.puts import Put
from engine.store.scripts.texts import compiled
from engine.store.sessions.sessions import Session
from engine.values import Map, RunId
from engine.work.reading_room import Reading

FILE_MAX: Final = 5 * 1024 * 1024
"""Bytes of a picture that is kept: as many as a package may bring."""
TEXT_MAX: Final = 16 * 1024 * 1024
"""Bytes of a text that are read, to be told how many are too many."""
SCRIPTS_MAX: Final = 48
"""Compiled scripts that are remembered of those that sessions began with."""
PICTURES: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
"""Media type by suffix."""
FILES: Final = {**PICTURES, ".mp3": "audio/mpeg"}
"""The same, of all that is shown or heard."""
NAME_MAX: Final = 64
"""Of a script's folder: file systems end at 255 bytes, and ask for no more."""

log = structlog.get_logger()


class Entry(msgspec.Struct, frozen=True):
    """A script of the menu: either compiled, or with its issues."""

    name: str
    """What it goes by: its id; a branch's own, `id@branch`; a broken one, its folder's name."""
    folder: Path
    scenario: Scenario | None
    issues: tuple[Issue, ...]
    """Of the script; or, where that is sound, of its strings files."""
    text: bytes
    strings: dict[str, bytes]
    """The sound strings files, by language."""
    put: Put | None = None
    """By which act of an author it is there; None: it lies in the scenarios folder."""
    kept: Mapping[str, str] = NO_PICTURES
    """Digests of the pictures that came along then, by file."""

    @property
    def shown(self) -> Scenario | None:
        """The scenario, its pictures named by what came along."""
        return _showing(self.scenario, self.kept) if self.scenario is not None else None


class Library:
    """Scenarios on disk, compiled when they change; what authors put beside them; and those that
    sessions began with."""

    def __init__(self, folder: Path, database: Database, reading: Reading) -> None:
        self.folder = folder
        """Of one's own scripts; who puts one into the menu writes here."""
        self._folders = [folder, *filter(None, [shipped_scenarios()])]
        self._sessions = database.sessions
        self._texts = database.texts
        self._reading = reading
        self._pictures = database.pictures
        self._menu = database.menu
        self._by_put: dict[str, Entry] = {}
        self._entries: dict[Path, tuple[tuple[int, ...], Entry]] = {}
        # Live runs hold their own; these are for whoever opens another, or reads an old one.
        self._by_digest = Latest[str, Scenario](SCRIPTS_MAX)
        self._in_language = Latest[tuple[str, Lang, tuple[str, ...]], Scenario](SCRIPTS_MAX)
        self._by_pictures = Latest[tuple[str, tuple[tuple[str, str], ...]], Scenario](SCRIPTS_MAX)
        self._lost: set[str] = set()
        """Texts of which the log says already that they can't be read."""

    async def entries(self, account: Account | None = None) -> list[Entry]:
        """The menu as the account sees it, by name; None: as everybody does. What was put there for
        everybody stands for a folder of its name; a branch's own beside it."""
        current = await self._menu.current()
        self._by_put = {put.id: await self._put(put) for put in current}
        mine = [put for put in current if not put.branch or _reaches(account, put.branch)]
        instead = {put.name for put in mine}
        folders = [await self._entry(path) for path in self._scripts()]
        found = [one for one in folders if not {one.name, one.folder.name} & instead]
        return sorted(found + [self._by_put[put.id] for put in mine], key=lambda one: one.name)

    def folders(self) -> list[str]:
        """Names of the scenario folders."""
        return [path.parent.name for path in self._scripts()]

    async def _put(self, put: Put) -> Entry:
        """What was put there by that act; it never changes."""
        known = self._by_put.get(put.id)
        if known is not None:
            return known
        path, kept = Path(put.name) / "scenario.yaml", await self._menu.files(put.id)
        texts = {
            lang: await self._pictures.find(kept[file]) or b""
            for lang, file in STRINGS.items()
            if file in kept
        }
        text = await self._texts.find(put.digest)
        if text is None:
            return Entry(put.name, path.parent, None, (_lost(path),), b"", {}, put)
        entry = await self._reading.do(_read, path, text, texts)
        pictures = {file: kept[file] for file in kept if file not in STRINGS.values()}
        return replace(entry, name=put.name, put=put, kept=pictures)

    def _scripts(self) -> list[Path]:
        """Every script's file; of two folders of one name, one's own."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for path in folder.glob("*/scenario.yaml"):
                found.setdefault(path.parent.name, path)
        return [found[name] for name in sorted(found)]

    async def _entry(self, path: Path) -> Entry:
        try:
            changed = tuple(file.stat().st_mtime_ns for file in _files(path).values())
            known = self._entries.get(path)
            if known is not None and known[0] == changed:
                return known[1]
            entry = await self._reading.do(_look, path)  # whoever plays doesn't wait for it
        except OSError as error:  # no permission, a link that leads nowhere, a folder of that name
            place = Place(str(path), 1, 1)
            issue = _unreadable(place, error)
            return Entry(path.parent.name, path.parent, None, (issue,), b"", {})
        self._entries[path] = (changed, entry)
        return entry

    async def get(self, name: str, account: Account | None = None) -> Entry:
        """What the account's menu has under that name. Raises Refused not_found,
        broken_scenario."""
        for entry in await self.entries(account):
            if entry.name == name:
                if entry.scenario is None:
                    raise refused("broken_scenario")
                return entry
        raise refused("not_found")

    async def scenario(self, name: str, account: Account | None = None) -> Scenario:
        """The scenario called so, as the account's menu has it now. Raises as `get`."""
        found = (await self.get(name, account)).scenario
        assert found is not None, "get() refuses broken ones"
        return found

    async def keep_pictures(self, entry: Entry) -> Mapping[str, str]:
        """What the script shows, kept for a session: digests by file."""
        if entry.put is not None:
            return entry.kept
        return await self._pictures.keep(await asyncio.to_thread(self.pictures, entry))

    async def address_of(self, session: Session) -> str:
        """The page of the script that the session is played on; where it was taken out of the
        menu, the menu's."""
        if session.put is None:
            return f"/scenarios/{session.scenario}"
        put = await self._menu.find(session.put)
        there = put is not None and put.taken_ms is None
        return f"/scenarios/{put.name}" if put is not None and there else "/"

    def pictures(self, entry: Entry) -> dict[str, bytes]:
        """What the script shows, by file, for a session to keep. What can't be found or is too
        large to be kept is left out: it is shown as long as it lies there."""
        found = {}
        assert entry.scenario is not None, "get() refuses broken ones"
        for file in sorted(set(shown_by(entry.scenario)) - {""}):
            try:
                path, _ = _picture(entry.folder, file)
                found[file] = read_plain(path, FILE_MAX)
            except (Refused, OSError):
                continue
        return found

    async def kept_picture(self, file: str, digest: str) -> tuple[bytes, str]:
        """A picture that a session began with, and its media type. Raises Refused not_found."""
        media = FILES.get(Path(file).suffix.lower())
        body = await self._pictures.find(digest) if media is not None else None
        if body is None or media is None:
            raise refused("not_found")
        return body, media

    def holds(self, name: str) -> bool:
        """There is a script of this name, sound or not."""
        return self.folder_of(name) is not None

    def folder_of(self, name: str) -> Path | None:
        """Where the script of this name lies, sound or not; None: there is none."""
        if ID.fullmatch(name) is None or len(name) > NAME_MAX:  # before the disk is asked for it
            return None
        there = (one / name for one in self._folders)
        return next((one for one in there if (one / "scenario.yaml").is_file()), None)

    async def picture(self, name: str, file: str) -> tuple[Path, str]:
        """A picture beside the script and its media type. Raises Refused not_found."""
        for entry in [await self._entry(path) for path in self._scripts()]:
            if entry.name == name:
                return _picture(entry.folder, file)
        raise refused("not_found")

    async def scenario_of_run(self, run: RunId) -> Scenario:
        """The scenario the run's session began with, from the text kept with it; its pictures are
        named by what was kept of them, `lake.svg?of=3f2a…`."""
        session = await self._sessions.session_of_run(run)
        if session is None:
            raise refused("not_found")
        scenario = await self.scenario_of_digest(session.digest, session.scenario)
        kept = await self._pictures.of_session(session.id)
        key = (session.digest, tuple(sorted(kept.items())))
        known = self._by_pictures.find(key)
        return known or self._by_pictures.keep(key, _showing(scenario, kept))

    async def scenario_of_digest(self, digest: str, name: str) -> Scenario:
        """The compiled text with this digest. Raises LostScript."""
        known = self._by_digest.find(digest)
        if known is None:
            text = await self._texts.text(digest, name)
            made = await self._reading.do(compiled, text, digest, name)
            known = self._by_digest.keep(digest, made)
        return known

    async def title_of(self, digest: str, name: str) -> str:
        """The title of the text with this digest; where it can't be read, the script's id."""
        try:
            return (await self.scenario_of_digest(digest, name)).title
        except LostScript as error:
            if digest not in self._lost:
                self._lost.add(digest)
                log.error("script.lost", script=name, digest=digest, why=error.why)
            return name

    async def in_language(self, scenario: Scenario, lang: Lang) -> Scenario:
        """The scenario in the words kept with its sessions; as it is where there are none."""
        if lang == "zh":
            return scenario
        key = (scenario.digest, lang, shown_by(scenario))
        known = self._in_language.find(key)
        if known is None:
            words = await self._texts.find_strings(scenario.digest, lang)
            said = scenario if words is None else translated(scenario, words, STRINGS[lang])
            known = self._in_language.keep(key, said)
        return known


def _reaches(account: Account | None, branch: str) -> bool:
    return account is not None and account.reaches(branch)


def _files(path: Path) -> dict[str, Path]:
    """The script's file, as "", and its strings files by language."""
    beside = {lang: path.with_name(name) for lang, name in STRINGS.items()}
    return {"": path, **{lang: file for lang, file in beside.items() if file.is_file()}}


def _look(path: Path) -> Entry:
    """Raises OSError."""
    texts = {lang: read_plain(file, TEXT_MAX) for lang, file in _files(path).items()}
    return _read(path, texts.pop(""), texts)


def _picture(folder: Path, file: str) -> tuple[Path, str]:
    # Looked for among what is there: a name that somebody sends is never the disk's to judge.
    path = next((one for one in folder.iterdir() if one.name == file), None)
    media = FILES.get(path.suffix.lower()) if path is not None else None
    inside = path is not None and real(path).parent == real(folder)
    if path is None or media is None or not inside or not path.is_file():
        raise refused("not_found")
    return path, media


def _unreadable(place: Place, error: OSError) -> Issue:
    """One folder that can't be read is shown as such; the others are served."""
    why = reason_of(error)
    return Issue(
        code="unreadable",
        place=place,
        message=Text(f"这个文件读不了：{why.zh}。", f"This file can't be read: {why.en}."),
        remedy=Text(
            "请检查文件和它的权限，或移走这个文件夹。", "Look at the file and who may read it."
        ),
    )


def _lost(path: Path) -> Issue:
    """One text that can't be found is shown as such, too."""
    return Issue(
        code="unreadable",
        place=Place(str(path), 1, 1),
        message=Text("放进菜单的那一稿不见了。", "The draft that was put there is gone."),
        remedy=Text("请在剧本工坊里再放一次。", "Put it there anew, in the workshop."),
    )


def shown_by(scenario: Scenario) -> tuple[str, ...]:
    """The pictures, and sounds of its own, that a script names, in its order; empty strings where
    it names none."""
    scenes = scenario.scenes.values()
    sites = (site.picture for scene in scenes for site in scene.places.values())
    called = [*(scene.cues for scene in scenes), *(trap.cues for trap in scenario.traps.values())]
    heard = (cue for cues in called for cue in cues if SOUND.fullmatch(cue))
    return (scenario.cover, *(scene.picture for scene in scenes), *sites, *heard)


def _showing(scenario: Scenario, kept: Mapping[str, str]) -> Scenario:
    """The scenario with its pictures named by what was kept of them."""
    if not kept:
        return scenario

    def named(file: str) -> str:
        return f"{file}?of={kept[file]}" if file in kept else file

    scenes = {
        name: replace(
            scene,
            picture=named(scene.picture),
            cues=tuple(map(named, scene.cues)),
            places=Map(
                (at, replace(site, picture=named(site.picture)))
                for at, site in scene.places.items()
            ),
        )
        for name, scene in scenario.scenes.items()
    }
    traps = {
        name: replace(trap, cues=tuple(map(named, trap.cues)))
        for name, trap in scenario.traps.items()
    }
    return replace(scenario, cover=named(scenario.cover), scenes=Map(scenes), traps=Map(traps))


def _read(path: Path, text: bytes, strings: dict[str, bytes]) -> Entry:
    """The folder's entry. A strings file with issues is left out; its script can be played."""
    try:
        scenario = compile_scenario(text, str(path))
    except ScenarioError as error:
        return Entry(path.parent.name, path.parent, None, error.issues, text, {})
    sound: dict[str, bytes] = {}
    issues: list[Issue] = []
    for lang, words in strings.items():
        try:
            translated(scenario, words, str(path.with_name(STRINGS[lang])))
            sound[lang] = words
        except ScenarioError as error:
            issues += error.issues
    return Entry(scenario.id, path.parent, scenario, tuple(issues), text, sound)
