from __future__ import annotations

import random

import pytest
from mutation import MUTATIONS, mutate
from page_maker import make_page


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_changes_a_page_and_is_told_by_its_seed(name: str) -> None:
    page = make_page(head='<link rel="canonical" href="https://tin.example/bai.html"><meta property="og:type" content="article">')
    made = [MUTATIONS[name](page, random.Random(seed)) for seed in range(20)]
    assert made == [MUTATIONS[name](page, random.Random(seed)) for seed in range(20)]
    assert any(changed != page for changed in made)
    assert isinstance(MUTATIONS[name](b"", random.Random(1)), bytes)


def test_the_seed_chooses_what_is_done() -> None:
    page = make_page()
    assert mutate(page, 5) == mutate(page, 5)
    assert {name for seed in range(400) for name in mutate(page, seed).names} == set(MUTATIONS)
    assert mutate(page, 5, names=("cut",)).names == ("cut",) * len(mutate(page, 5, names=("cut",)).names)


def test_templates_stand_among_attributes_also_of_tags_in_capitals() -> None:
    page = b"<HTML><TITLE>Tram y te</TITLE><BODY><P>Doan mot.</P></BODY></HTML>"
    for seed in range(50):
        mutated = mutate(page, seed, names=("template_in_attribute",)).page
        assert all(tag in mutated for tag in (b"</TITLE>", b"Tram y te", b"Doan mot.</P>", b"</BODY></HTML>")), seed
