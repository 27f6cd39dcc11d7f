"""Senders and staff, with their habits: some answer at once, some forget, some weeks none works."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from dispatch.absence import give_sign_of_life, go_off_duty
from dispatch.desk import SignedIn
from dispatch.errors import DispatchError
from dispatch.hand_over import change_level, close, transfer
from dispatch.keep_contact import came_back, note_outcome
from dispatch.open_signal import open_signal
from dispatch.own_alerts import mark_seen
from dispatch.queue import claim_next
from dispatch.replies import reply
from dispatch.roster import put_on_call, week_of
from dispatch.routing import COORDINATION
from intake.add_message import add_message
from intake.drafts import SignalDraft
from intake.errors import IntakeError
from intake.receive import receive_signal
from intake.sender import SenderAccess
from intake.withdraw import withdraw
from records.tables import FollowUpKind, FollowUpOutcome, Outcome
from scripts.simulation.world import World
from triage.vocabulary import Level

# Where senders say they are, and the team that this leads to.
COMMUNES: Final = {
    "Roubaix": "metropole-lilloise",
    "Dunkerque": "flandres",
    "Maubeuge": "avesnois",
    "Denain": "valenciennois",
    "Caudry": "cambresis",
    "Douai": "douaisis",
    "Paris": COORDINATION,
    "": COORDINATION,
}
TEXTS: Final = (
    ("il m'a enfermée, ils reviennent ce soir, j'ai 12 ans", 0.05),
    ("j'ai 15 ans, je suis en fugue, il veut que je fasse des passes à l'hôtel", 0.2),
    ("ma fille de 14 ans a un nouveau téléphone et ne va plus en cours", 0.35),
    ("bonjour, je voudrais savoir comment vous joindre", 0.4),
)
OUTCOMES: Final = tuple(FollowUpOutcome)


@dataclass
class Colleague:
    member: SignedIn
    email: str
    team: str


@dataclass
class Staff:
    """Everybody who works; `idle` are the weeks in which a team does nothing at all."""

    world: World
    people: list[Colleague]
    supervisor: SignedIn
    idle: set[tuple[str, int]]
    hours_between: float
    by_email: dict[str, Colleague] = field(init=False)

    def __post_init__(self) -> None:
        self.by_email = {one.email: one for one in self.people}

    def plan_work(self) -> None:
        """Each colleague sits down every `hours_between` hours or so, on days of duty."""
        world = self.world
        hours = 0.0
        while world.clock.now + timedelta(hours=hours) < world.ends:
            for one in self.people:
                at = hours + float(world.rng.uniform(0, 2))
                if self._is_at_work(one, world.clock.now + timedelta(hours=at)):
                    world.later(at, partial(self._sit_down, one))
            hours += self.hours_between

    def _is_at_work(self, one: Colleague, moment: datetime) -> bool:
        if (one.team, moment.isocalendar().week) in self.idle or self.world.chance(0.35):
            return False
        return self.world.desk.point.calendar.is_on_duty(moment)

    def told(self, email: str) -> None:
        """Who gets a message looks soon, mostly; or says « vu » and goes on sleeping."""
        one = self.by_email.get(email)
        if one is None:
            return
        if self.world.chance(0.25):
            self.world.later(float(self.world.rng.uniform(0.01, 0.5)), lambda: self._vu(one))
        if self.world.chance(0.7):
            self.world.later(float(self.world.rng.exponential(0.4)), lambda: self._work(one, 2))

    async def edit_roster(self) -> None:
        """A week of the roster is put down, or forgotten."""
        world = self.world
        week = week_of(world.clock.now, world.desk.point.calendar.zone)
        for team in {one.team for one in self.people}:
            if world.chance(0.7):
                here = [one for one in self.people if one.team == team]
                chosen = here[int(world.rng.integers(len(here)))]
                await put_on_call(team, week, chosen.member.id, self.supervisor, world.desk)
        world.later(7 * 24, self.edit_roster)

    async def _vu(self, one: Colleague) -> None:
        self.world.counts["vu"] += await mark_seen(one.member.id, self.world.desk)

    async def _sit_down(self, one: Colleague) -> None:
        world = self.world
        await self._work(one, int(world.rng.integers(2, 9)))
        if world.chance(0.3):
            world.counts["given_back"] += await go_off_duty(one.member, world.desk)

    async def _work(self, one: Colleague, number: int) -> None:
        desk = self.world.desk
        await give_sign_of_life(one.member, desk)
        for _ in range(number):
            ref = await claim_next(one.member, desk)
            if ref is None:
                break
            self.world.counts["claimed"] += 1
            await self._handle(ref, one)
        await self._keep_links(one)

    async def _handle(self, ref: str, one: Colleague) -> None:
        """Read it; then answer, rate, transfer, close or leave it lying, as people do."""
        world, desk, member = self.world, self.world.desk, one.member
        try:
            await open_signal(ref, member, desk)
            if world.chance(0.02):
                others = [p.team for p in self.people if p.team != one.team]
                to = others[int(world.rng.integers(len(others)))]
                await transfer(ref, member, desk, to_team=to, reason="ailleurs")
                world.counts["transferred"] += 1
                return
            if world.chance(0.1):
                level = list(Level)[int(world.rng.integers(len(Level)))]
                await change_level(ref, member, desk, level=level, reason="relu")
            if world.chance(0.12):
                return  # left lying
            await reply(ref, "on t'a lu", member, desk, idempotency_key=str(uuid.uuid4()))
            world.counts["answered"] += 1
            if world.chance(0.05):
                await came_back(ref, member, desk)
            if world.chance(0.75):
                await close(ref, member, desk, outcome=Outcome.INFORMED)
                world.counts["closed"] += 1
        except DispatchError as error:
            world.counts[f"refused_{type(error).__name__}"] += 1

    async def _keep_links(self, one: Colleague) -> None:
        """Recontacts that are due, of the signals of one's own team."""
        world, desk = self.world, self.world.desk
        async with desk.records.reading() as tx:
            due = await tx.signals.due_before(
                one.team, world.clock.now + timedelta(hours=8), limit=20
            )
            planned = {
                p.signal_id: p.kind for p in await tx.follow_ups.open_ones([s.id for s in due])
            }
        for signal in due:
            if planned.get(signal.id) in {None, FollowUpKind.READ, FollowUpKind.ANSWER}:
                continue
            if signal.owner_id != one.member.id and not world.chance(0.1):
                continue
            outcome = OUTCOMES[int(world.rng.integers(len(OUTCOMES)))]
            try:
                await note_outcome(signal.ref, outcome, one.member, desk)
                world.counts["recontacted"] += 1
                if signal.owner_id == one.member.id and world.chance(0.5):
                    await close(signal.ref, one.member, desk, outcome=Outcome.ACCOMPANIED)
                    world.counts["closed"] += 1
            except DispatchError as error:
                world.counts[f"refused_{type(error).__name__}"] += 1


@dataclass
class Senders:
    """Everybody who writes, to these teams."""

    world: World
    teams: Collection[str]
    communes: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.communes = [place for place, team in COMMUNES.items() if team in self.teams]

    def plan_arrivals(self, number: int, until: timedelta) -> None:
        for hours in sorted(self.world.rng.uniform(0, until.total_seconds() / 3600, number)):
            self.world.later(float(hours), self._write)

    async def _write(self) -> None:
        world = self.world
        received = await receive_signal(self._draft(), world.reception)
        world.counts["signals"] += 1
        if world.chance(0.2):
            hours = float(world.rng.exponential(60))
            world.later(hours, lambda: self._write_again(received.access))
        if world.chance(0.02):
            world.later(float(world.rng.exponential(100)), lambda: self._withdraw(received.access))

    async def _write_again(self, access: SenderAccess) -> None:
        try:
            await add_message(access, self._draft(), self.world.reception)
            self.world.counts["messages_again"] += 1
        except IntakeError:
            self.world.counts["erased_meanwhile"] += 1
            return
        if self.world.chance(0.3):
            hours = float(self.world.rng.exponential(60))
            self.world.later(hours, lambda: self._write_again(access))

    async def _withdraw(self, access: SenderAccess) -> None:
        try:
            await withdraw(access, self.world.reception)
            self.world.counts["withdrawn"] += 1
        except IntakeError:
            self.world.counts["erased_meanwhile"] += 1

    def _draft(self) -> SignalDraft:
        rng = self.world.rng
        index = int(rng.choice(len(TEXTS), p=[share for _, share in TEXTS]))
        commune = self.communes[int(rng.integers(len(self.communes)))]
        return SignalDraft(
            text=TEXTS[index][0], idempotency_key=str(uuid.uuid4()), commune=commune or None
        )
