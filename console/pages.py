"""Show a page: the templates, what every one of them knows, and nothing that escapes escaping."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dispatch.administration import may_see_staff
from dispatch.deadlines import Counted, Span
from dispatch.desk import Desk
from dispatch.moments import Moments
from dispatch.routing import SUPERVISION
from runtime.i18n import Texts, load_texts
from triage.vocabulary import OUTSIDE_TERRITORY, UNKNOWN_TERRITORY, Level

BASE: Final = "/equipe"
_UNITS: Final = {"days": 86_400, "hours": 3_600, "minutes": 60}
HERE: Final = Path(__file__).parent
# What a redirect may announce on the next page: a closed set, so that no URL carries words.
NOTICES: Final = frozenset(
    {
        "claimed",
        "taken_over",
        "replied",
        "taken_back",
        "limits_noted",
        "kept",
        "noted",
        "transferred",
        "level_changed",
        "closed",
        "signed_out",
        "nothing_to_take",
        "seen",
        "next_stands",
        "unlinked",
        "roster_edited",
        "handover_taken",
        "follow_up_noted",
        "next_planned",
        "return_noted",
        "member_changed",
        "member_not_sure",
        "member_left",
        "member_back",
    }
)


@dataclass(frozen=True, slots=True)
class Pages:
    desk: Desk
    texts: Texts
    templates: Environment = field(repr=False)

    def show(
        self,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> HTMLResponse:
        """Render a template; every page knows the member (or None) and a notice (or none)."""
        known = {"session": None, "notice": "", "kept": None, "moments": self.moments()}
        body = self.templates.get_template(template).render(known | context)
        return HTMLResponse(body, status_code=status, headers=dict(headers or {}))

    def moments(self) -> Moments:
        return Moments(self.desk.clock(), self.desk.point.calendar.zone, self.texts)

    def notice(self, code: str) -> str:
        """The sentence of a notice; nothing for what is not one."""
        return self.texts(f"notice.{code}") if code in NOTICES else ""

    def label(self, family: str, code: str) -> str:
        """The word for a stored code; the code itself for one that this version has forgotten.

        What was kept long ago must still open.
        """
        return self.texts.sentences.get(f"{family}.{code}", code)

    def team_name(self, code: str) -> str:
        if code == SUPERVISION:
            return self.texts("team.supervision")
        return self.desk.point.team_name(code)

    def territory_name(self, territory: str) -> str:
        if territory in {UNKNOWN_TERRITORY, OUTSIDE_TERRITORY}:
            return self.texts(f"territory.{territory}")
        return self.team_name(territory)

    def span_of(self, span: Span) -> str:
        """A length that the policy allows: `15 min`, `4 h d’ouverture`, `5 jours`."""
        if span.counted is Counted.DUTY_DAYS:
            which = "next_day" if span.length.days == 1 else "duty_days"
            return self.texts(f"allowance.{which}", n=span.length.days)
        seconds = int(span.length.total_seconds())
        # Duty time stays in hours: a day of it would be read as a day.
        may_be_days = span.counted is Counted.CLOCK and seconds > _UNITS["days"]
        units = [unit for unit in _UNITS if may_be_days or unit != "days"]
        unit = next((u for u in units if seconds % _UNITS[u] == 0), "minutes")
        words = self.texts(f"allowance.{unit}", n=seconds // _UNITS[unit])
        if span.counted is Counted.CLOCK:
            return words
        return self.texts(f"allowance.{span.counted}", span=words)

    def language_name(self, locale: str) -> str:
        try:
            return Locale.parse(locale).get_display_name("fr") or locale
        except (UnknownLocaleError, ValueError):
            return locale


def make_pages(desk: Desk) -> Pages:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages = Pages(desk, load_texts("fr", "staff"), templates)
    templates.globals.update(
        t=pages.texts,
        base=BASE,
        organisation=desk.point.organisation,
        label=pages.label,
        team_name=pages.team_name,
        territory_name=pages.territory_name,
        language_name=pages.language_name,
        span_of=pages.span_of,
        may_see_staff=may_see_staff,
        levels=tuple(reversed(Level)),
    )
    return pages


def see_other(path: str, *, notice: str = "") -> RedirectResponse:
    """Go on by GET to a page of the console."""
    return RedirectResponse(f"{BASE}{path}" + (f"?fait={notice}" if notice else ""), 303)
