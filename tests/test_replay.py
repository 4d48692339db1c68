"""Replay: two facts an organisation, order within a day, corrections, entry into force."""

import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.decisions import Registration, Rules, entry_into_force, events_of
from docgen.model.events import Draft, Event, EventType, chain
from docgen.model.recognition import Act, does_not_fit
from docgen.model.replay import reached_threshold, replay

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)
A, B, C, D, E, F = (f"4000899990{n}" for n in range(1, 7))


def recorded(*drafts: Draft) -> list[Event]:
    events: list[Event] = []
    for draft in drafts:
        events.append(chain(draft, after=events[-1] if events else None))
    return events


def fact(type_, organisation=None, day=DAY, intake=None, **data) -> Draft:
    return Draft(
        type=EventType(type_),
        organisation=organisation,
        effective_on=day,
        recorded_at=AT,
        by="I. Kalniņa",
        intake=intake,
        data=data,
    )


def test_membership_and_council_are_two_facts():
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001"),
        fact("council-joined", A, intake="2026-0001"),
        fact("accession", B, name="Beta", intake="2026-0002"),
    )
    state = replay(events, DAY)
    assert [row.organisation for row in state.members] == [A, B]
    assert [seat.organisation for seat in state.council] == [A]


def test_a_withdrawal_ends_both():
    later = date(2026, 12, 31)
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001"),
        fact("council-joined", A, intake="2026-0001"),
        fact("withdrawal", A, day=later, intake="2026-0002"),
    )
    assert replay(events, date(2026, 12, 30)).member(A) is not None
    state = replay(events, later)
    assert state.members == ()
    assert state.council == ()
    assert state.memberships[0].withdrawn_on == later
    assert state.seats[0].left_on == later


def test_leaving_the_council_leaves_the_member():
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001"),
        fact("council-joined", A, intake="2026-0001"),
        fact("council-left", A, intake="2026-0002"),
    )
    state = replay(events, DAY)
    assert state.member(A) is not None
    assert state.seat(A) is None


def test_who_accedes_again_gets_a_new_row_without_the_seat():
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001"),
        fact("council-joined", A, intake="2026-0001"),
        fact("withdrawal", A, intake="2026-0002"),
        fact("accession", A, name="Alfa", intake="2026-0003"),
    )
    state = replay(events, DAY)
    assert [row.current for row in state.memberships] == [False, True]
    assert state.council == ()


def test_the_order_of_a_day_is_the_intake_numbers_not_that_of_recording():
    # Withdrawn by 0002 and acceded again by 0003; the clerk decided 0003 before 0002.
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001"),
        fact("accession", A, name="Alfa", intake="2026-0003"),
        fact("withdrawal", A, intake="2026-0002"),
    )
    state = replay(events, DAY)
    assert state.member(A) is not None
    assert len(state.memberships) == 2


def test_intake_numbers_are_ordered_as_numbers():
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-10000"),
        fact("accession", B, name="Beta", intake="2026-9999"),
    )
    assert [row.organisation for row in replay(events, DAY).members] == [B, A]


def test_what_changes_nothing_is_named_idle():
    events = recorded(
        fact("withdrawal", A, intake="2026-0001"),
        fact("council-joined", A, intake="2026-0002"),
        fact("accession", A, name="Alfa", intake="2026-0003"),
        fact("accession", A, name="Alfa", intake="2026-0004"),
    )
    state = replay(events, DAY)
    assert state.idle == (1, 2, 4)
    assert len(state.memberships) == 1


def test_a_new_name_counts_from_its_day():
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001"), fact("renamed", A, day=date(2027, 1, 1), name="Omega")
    )
    assert replay(events, date(2026, 12, 31)).members[0].name == "Alfa"
    row = replay(events, date(2027, 1, 1)).members[0]
    assert (row.name, row.name_then) == ("Omega", "Alfa")


def test_who_ceased_stays_a_member_until_somebody_decides():
    events = recorded(fact("accession", A, name="Alfa"), fact("ceased", A, day=date(2027, 1, 1)))
    row = replay(events, date(2027, 1, 1)).members[0]
    assert row.ceased_on == date(2027, 1, 1)


def test_a_correction_voids_and_a_later_one_restores():
    events = recorded(fact("accession", A, name="Alfa", intake="2026-0001"), fact("correction", corrects=1, void=True))
    assert replay(events, DAY).members == ()
    restored = [*events, chain(fact("correction", corrects=2, void=True), after=events[-1])]
    assert replay(restored, DAY).member(A) is not None


def test_a_correction_sets_day_organisation_and_single_values():
    changed = {"effective_on": "2026-11-18", "organisation": B, "data": {"name": "Beta"}}
    events = recorded(
        fact("accession", A, name="Alfa", intake="2026-0001", reference="R"),
        fact("correction", day=date(2027, 1, 1), corrects=1, set=changed),
    )
    row = replay(events, date(2026, 11, 18)).members[0]
    assert (row.organisation, row.name, row.acceded_on) == (B, "Beta", date(2026, 11, 18))


def test_a_correction_of_what_does_not_stand_before_it_has_no_effect():
    events = recorded(fact("correction", corrects=2, void=True), fact("accession", A, name="Alfa"))
    assert replay(events, DAY).member(A) is not None


RULES = Rules(threshold=5, counts="acceded", in_force_clause="15", predecessor={"date": "2007-11-08"})


def register_letter(events, act, organisation, day, intake, *, rules=RULES, wish=None):
    letter = Registration(
        act=act, organisation=organisation, effective_on=day, intake=intake, by="I. Kalniņa", at=AT, wish=wish
    )
    drafts = events_of(letter, events)
    for draft in drafts:
        events.append(chain(draft, after=events[-1] if events else None))
    for draft in entry_into_force(rules, events, letter):
        events.append(chain(draft, after=events[-1]))


def accede(events, *organisations, day=DAY, first=1):
    for number, organisation in enumerate(organisations, start=first):
        register_letter(events, Act.ACCESSION, organisation, day, f"2026-{number:04d}")


def test_the_fifth_organisation_brings_it_into_force_and_ends_the_predecessor():
    events: list[Event] = []
    accede(events, A, B, C, D)
    assert replay(events, DAY).in_force is None
    accede(events, E, day=date(2026, 11, 23), first=5)
    state = replay(events, date(2026, 11, 23))
    assert state.in_force.day == date(2026, 11, 23)
    assert state.in_force.organisations == (A, B, C, D, E)
    assert state.predecessor_lapsed_on == date(2026, 11, 23)
    assert [event.type for event in events[-3:]] == ["accession", "in-force", "predecessor-lapsed"]


def test_the_same_organisation_twice_is_one():
    events: list[Event] = []
    accede(events, A, B, C, D)
    register_letter(events, Act.WITHDRAWAL, A, DAY, "2026-0005")
    accede(events, A, first=6)
    assert replay(events, DAY).in_force is None


def test_who_withdrew_before_the_fifth_still_counts_where_accessions_are_counted():
    events: list[Event] = []
    accede(events, A, B, C, D)
    register_letter(events, Act.WITHDRAWAL, A, DAY, "2026-0005")
    accede(events, E, first=6)
    assert replay(events, DAY).in_force.organisations == (A, B, C, D, E)
    assert reached_threshold(events, threshold=5, counts="members") is None


def test_withdrawals_never_undo_it():
    events: list[Event] = []
    accede(events, A, B, C, D, E)
    for number, organisation in enumerate((A, B, C, D, E), start=6):
        register_letter(events, Act.WITHDRAWAL, organisation, date(2026, 12, 1), f"2026-{number:04d}")
    state = replay(events, date(2027, 1, 1))
    assert state.members == ()
    assert state.in_force.day == DAY


def test_it_is_recorded_once():
    events: list[Event] = []
    accede(events, A, B, C, D, E, F)
    assert [event.type for event in events].count(EventType.IN_FORCE) == 1


def test_no_threshold_in_the_pack_means_no_such_event():
    events: list[Event] = []
    register_letter(events, Act.ACCESSION, A, DAY, "2026-0001", rules=Rules())
    assert [event.type for event in events] == ["accession"]


def test_the_threshold_is_the_packs():
    events: list[Event] = []
    register_letter(events, Act.ACCESSION, A, DAY, "2026-0001", rules=Rules(threshold=1))
    assert [event.type for event in events] == ["accession", "in-force"]


@pytest.mark.parametrize(("wish", "count"), [("yes", 1), ("no", 0), ("later", 0), (None, 0)])
def test_an_accession_gives_a_seat_only_where_it_says_so(wish, count):
    events: list[Event] = []
    register_letter(events, Act.ACCESSION, A, DAY, "2026-0001", wish=wish)
    assert len(replay(events, DAY).council) == count


def test_a_council_notice_joins_then_changes_then_leaves():
    events: list[Event] = []
    accede(events, A)
    for number, wish in enumerate(("yes", "yes", "no"), start=2):
        register_letter(events, Act.COUNCIL_NOTICE, A, DAY, f"2026-{number:04d}", wish=wish)
    assert [event.type for event in events[1:]] == ["council-joined", "council-changed", "council-left"]
    assert replay(events, DAY).council == ()


def test_what_fits_the_register_depends_on_what_counts_before_the_letter():
    events: list[Event] = []
    accede(events, A, first=2)
    fits = {
        (act, number): does_not_fit(events, act=act, organisation=A, effective_on=DAY, intake=f"2026-{number:04d}")
        is None
        for act in Act
        for number in (1, 3)
    }
    assert fits == {
        (Act.ACCESSION, 1): True,
        (Act.ACCESSION, 3): False,
        (Act.WITHDRAWAL, 1): False,
        (Act.WITHDRAWAL, 3): True,
        (Act.COUNCIL_NOTICE, 1): False,
        (Act.COUNCIL_NOTICE, 3): True,
        (Act.NONE, 1): True,
        (Act.NONE, 3): True,
    }


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["accession", "withdrawal", "council-joined", "council-changed", "council-left", "ceased"]),
        st.sampled_from([A, B, C]),
        st.integers(1, 5),
        st.integers(1, 30),
    ),
    max_size=25,
)


@given(ACTS, st.randoms(use_true_random=False), st.integers(1, 6))
def test_replay_does_not_depend_on_the_order_in_which_it_is_handed_its_events(acts, chance: random.Random, day):
    events = recorded(
        *(fact(type_, org, date(2026, 1, d), f"2026-{number:04d}", name="N") for type_, org, d, number in acts)
    )
    as_of = date(2026, 1, day)
    expected = replay(events, as_of)
    shuffled = list(events)
    chance.shuffle(shuffled)
    assert replay(shuffled, as_of) == expected
    rows = [row.organisation for row in expected.members]
    assert len(rows) == len(set(rows))
    assert {seat.organisation for seat in expected.council} <= set(rows)


@given(ACTS, st.integers(1, 5))
def test_later_events_never_change_an_earlier_day(acts, day):
    events = recorded(
        *(fact(type_, org, date(2026, 1, d), f"2026-{number:04d}", name="N") for type_, org, d, number in acts)
    )
    until = [event for event in events if event.effective_on <= date(2026, 1, day)]
    assert replay(events, date(2026, 1, day)) == replay(until, date(2026, 1, day))
