"""/api/v1/places: the table of places through time, with how many articles name each; what one lies in, became and was made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from language.place import Place, named, places, predecessors, units_in
from language.place.unit import COMMUNE, DISTRICT, PROVINCE
from web.address import site
from web.around.error import error_response
from web.description import PLACES, parameter_names
from web.message import t
from web.view.place import LONGEST, counts_of_places, provinces_of_today

blueprint = Blueprint("place_table", __name__, url_prefix="/api/v1")

_LEVELS = {PROVINCE: "province", DISTRICT: "district", COMMUNE: "commune"}


@blueprint.get("/places")
def some_places() -> ResponseReturnValue:
    """Answer with Places: those that a name `q` may mean, those that lie right `in` one, or the provinces of today."""
    name, inside = (request.args.get(parameter, "").strip() for parameter in ("q", "in"))
    wrong = [t("api.unknown", name=given[:40]) for given in request.args if given not in parameter_names(PLACES)]
    if wrong:
        return error_response(400, "bad_parameter", "; ".join(wrong))
    if inside and inside not in places():
        return error_response(404, "no_place", t("error.no_place.named", place=inside[:LONGEST]), query=inside[:LONGEST])
    if name:
        found: Iterable[Place] = named(name) if len(name) <= LONGEST else ()
        found = (place for place in found if not inside or inside in place.lies_in)
    else:
        found = units_in(places()[inside]) if inside else provinces_of_today()
    return jsonify(places=_references(found, counts_of_places()))


@blueprint.get("/places/<key>")
def place(key: str) -> ResponseReturnValue:
    """Answer with a Place."""
    known = places().get(key)
    if known is None:
        return error_response(404, "no_place", t("error.no_place.named", place=key[:LONGEST]), query=key[:LONGEST])
    counts = counts_of_places()
    return jsonify(
        **_reference(known, counts),
        around=_references(known.around, counts),
        today=_references(known.today if known.until else (), counts),
        before=_references(predecessors(known), counts),
    )


def _references(found: Iterable[Place], counts: dict[str, int]) -> list[dict[str, Any]]:
    return [_reference(place, counts) for place in found]


def _reference(place: Place, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "key": place.key,
        "name": place.name,
        "kind": place.kind,
        "label": place.label,
        "level": _LEVELS[place.level],
        "until": place.until.isoformat() if place.until else None,
        "articles": counts.get(place.key, 0),
        "permalink": site() + url_for("place.one_place", name=place.key),
    }
