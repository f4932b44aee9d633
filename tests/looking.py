"""page -> what axe and the Tab key find wrong with it; what looks like something that was tried before is not tried again.

Two elements have one look if they are the same elements of the same style, with text in the same ones, from the root of the page down.
Themes, widths, languages and pages need no mention: what they change about an element gives it another look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What these rules of axe ask depends on an element's look, and on nothing else of the page.
COLOURS = ["color-contrast", "link-in-text-block"]

# A look is a number of 53 bits. Attributes have their part by name, for style sheets ask for them; letters are none, one or more.
_LOOKS = r"""
const looks = new Map([[null, 0]]);
const letters = (one) => [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data).join("").replace(/[^\p{L}\p{N}]/gu, "");
const look = (one) => {
  if (looks.has(one)) return looks.get(one);
  const style = getComputedStyle(one);
  const described = [look(one.parentElement), one.tagName, one.className.baseVal ?? one.className, one.getAttributeNames(),
    Math.min(2, letters(one).length), style.color, style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize,
    style.fontWeight, style.fontStyle, style.textDecoration, style.textShadow, style.borderBottom, style.position].join("|");
  let high = 0xdeadbeef, low = 0x41c6ce57;
  for (let at = 0; at < described.length; at++) {
    high = Math.imul(high ^ described.charCodeAt(at), 2654435761);
    low = Math.imul(low ^ described.charCodeAt(at), 1597334677);
  }
  looks.set(one, 4294967296 * (2097151 & (high ^ (low >>> 13))) + ((low ^ (high >>> 16)) >>> 0));
  return looks.get(one);
};
const seen = (one) => one.checkVisibility({ visibilityProperty: true });
"""
_RUN = """async (options) => {
  const results = await axe.run(document, { resultTypes: ["violations"], ...options });
  return results.violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map((node) => [node.target, node.failureSummary])]);
}"""
# Of text in pictures axe never can tell; of no other text may it say so, since those that look alike would then not be judged at all.
_JUDGE = f"""async ([judged, rules]) => {{
  {_LOOKS}
  const known = new Set(judged), fresh = new Map();
  for (const one of document.body.querySelectorAll("*:not(svg *)")) {{
    if ((letters(one) || one.matches("input, select, textarea")) && seen(one) && !known.has(look(one)) && !fresh.has(look(one)))
      fresh.set(look(one), one);
  }}
  if (!fresh.size) return [[], []];
  const options = {{ resultTypes: ["violations", "incomplete"], runOnly: {{ type: "rule", values: rules }} }};
  const results = await axe.run({{ include: [...fresh.values()] }}, options);
  const told = [...results.violations, ...results.incomplete].map(({{ id, nodes }}) =>
    [id, nodes.slice(0, 3).map(({{ target, any }}) => [target, ...any.map(({{ message }}) => message)])]);
  return [told, [...fresh.keys()]];
}}"""
_STOPS = f"""(reached) => {{
  {_LOOKS}
  const known = new Set(reached), fresh = [], stops = [
    ...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex='0']")
  ].filter((one) => one.tabIndex >= 0 && !one.disabled && seen(one));
  stops.forEach((one, at) => {{ if (!known.has(look(one))) fresh.push(at); known.add(look(one)); }});
  window.tour = {{ stops, fresh, moves: [], left: new Set(), unmarked: [] }};
  document.addEventListener("focusout", ({{ target }}) => tour.left.add(target));
  document.addEventListener("focusin", ({{ target: one, relatedTarget }}) => {{
    tour.moves.push([relatedTarget, one]);
    const style = getComputedStyle(one), box = getComputedStyle(one.closest(".box") ?? one);
    if (style.outlineStyle === "none" && box.boxShadow === "none") tour.unmarked.push(one.outerHTML.slice(0, 100));
  }});
  return [fresh, fresh.map((at) => look(stops[at])), stops.map(({{ type }}) => type === "date" ? 4 : 1)];
}}"""
# A stop is reached from the one before it and left for the one after it.
_TOUR = """() => {
  const { stops, fresh, moves, left, unmarked } = tour;
  const moved = (from, to) => moves.some(([one, other]) => other === to && (from === undefined || one === from));
  const passed = (at) => moved(stops[at - 1], stops[at]) && (at + 1 < stops.length ? moved(stops[at], stops[at + 1]) : left.has(stops[at]));
  return [fresh.filter((at) => !passed(at)).map((at) => stops[at].outerHTML.slice(0, 100)), unmarked];
}"""


class Eye:
    """Remembers the looks that were tried and are right."""

    def __init__(self, axe_script: str) -> None:
        self.axe_script = axe_script
        self._judged: set[int] = set()
        self._reached: set[int] = set()

    def _bring_axe(self, page: Page) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(self.axe_script)

    def violations(self, page: Page, **options: object) -> list[object]:
        """Return what axe finds on all of a page: the rule, and the first places."""
        self._bring_axe(page)
        found: list[object] = page.evaluate(_RUN, options)
        return found

    def unreadable(self, page: Page) -> list[object]:
        """Return what of a page cannot be read, or axe cannot tell of, in either theme, by what looks like nothing before it."""
        self._bring_axe(page)
        found: list[object] = []
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            told, looks = page.evaluate(_JUDGE, [list(self._judged), COLOURS])
            found += [(theme, *one) for one in told]
            if not told:
                self._judged.update(looks)
        return found

    def unreached(self, page: Page) -> list[object]:
        """Press Tab before and on each look; return what it does not reach or leave as the page has it, and what does not show the focus."""
        fresh, looks, parts = page.evaluate(
            _STOPS, list(self._reached)
        )  # a field for a day has a part for day, month, year, calendar
        at = -1
        for stop in fresh:
            if stop != at:
                page.evaluate("(before) => tour.stops.at(before).focus()", stop - 1)
                for _ in range(parts[stop - 1] + (stop == 0)):  # around the end, where the focus is on nothing
                    page.keyboard.down("Tab")
            for _ in range(parts[stop]):
                page.keyboard.down("Tab")
            at = stop + 1
        page.keyboard.up("Tab")
        missed, unmarked = page.evaluate(_TOUR)
        if not missed and not unmarked:
            self._reached.update(looks)
        return [*missed, *unmarked]
