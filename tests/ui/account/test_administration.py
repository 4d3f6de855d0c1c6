"""The administrator's pages: nobody else gets in, what they do is done and written down, and what people typed stays text."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.codelists import AccountState, Role, RuleKind, Shown
from accounts.models import User
from ordering.models import DeliveryState, OrderState
from tests.accounts.desk import ADMINISTRATOR, registration
from tests.ui.account.conftest import House, Person
from tests.ui.account.test_guards import forms

PAGES = ("", "/registrations", "/users", "/users/1", "/groups", "/access", "/orders", "/deliveries", "/audit")
NASTY = '"><script>alert(1)</script>'


@pytest.fixture
def ghopper(house: House) -> Person:
    return house.administrator()


def test_nobody_else_gets_in(house: House) -> None:
    house.administrator()
    lines = house.desk.accounts.audit(text="ghopper")[1]
    visitor = house.client()
    for path in PAGES:
        assert visitor.get(f"/admin{path}").location.startswith("/login"), path
    for person in (house.signed_in("mfaraday"), house.signed_in("acurator", Role.CURATOR)):
        for path in PAGES:
            assert person.get(f"/admin{path}").status_code == 403, path
        for path in forms(house):
            if path.startswith("/admin"):
                assert person.send(path, reason="x", name="corot-n1", title="x").status_code == 403, path
    assert house.desk.accounts.audit(text="ghopper")[1] == lines
    assert not house.desk.accounts.groups()


def test_an_administrator_sees_what_waits(house: House, ghopper: Person) -> None:
    house.desk.requested()
    house.deliver(DeliveryState.QUARANTINED)
    now = house.desk.clock.now
    for days, identifier in ((5, "soon"), (50, "later"), (-5, "past")):
        house.administration.access.set_rule(identifier, RuleKind.UNTIL, now + timedelta(days=days), by=ADMINISTRATOR, address=None)
    page = " ".join(ghopper.page("/admin").split())
    for number, href, words in (
        (1, "/admin/registrations", "Registrations"),
        (1, "/admin/deliveries", "Deliveries"),
        (1, "/admin/access", "Embargoes"),
    ):
        assert f'<span class="figure">{number}</span><a href="{href}">{words}</a>' in page
    assert page.count('<li class="due">') == 2
    assert "Quarantine</dt><dd>12.3 kB</dd>" in page


def test_a_request_is_refused_with_a_reason(house: House, ghopper: Person) -> None:
    number = house.desk.requested()
    ghopper.send(f"/admin/registrations/{number}/refuse", reason="  ")
    assert "Please give a reason" in ghopper.page("/admin/registrations")
    ghopper.send(f"/admin/registrations/{number}/refuse", reason="We do not have these data.")
    assert "Nobody waits for an answer." in ghopper.page("/admin/registrations")
    assert "We do not have these data." in house.desk.letters.last("faraday@example.org").text
    [line, *_] = house.desk.accounts.audit(text="refused an account")[0]
    assert (line.actor, line.subject, line.address) == ("ghopper", "mfaraday", "127.0.0.1")
    ghopper.send(f"/admin/registrations/{number}/refuse", reason="Again.")
    assert "Only an account that waits for its validation can be refused." in ghopper.page("/admin/registrations")


def test_a_letter_that_cannot_be_sent_is_said(house: House, ghopper: Person) -> None:
    number = house.desk.requested()
    house.desk.letters.broken = True
    ghopper.send(f"/admin/registrations/{number}/validate")
    assert "The letter cannot be sent now" in ghopper.page("/admin/registrations")
    house.desk.letters.broken = False
    ghopper.send(f"/admin/users/{number}/validate")
    assert house.desk.letters.password("faraday@example.org")


def test_what_people_typed_stays_text(house: House, ghopper: Person) -> None:
    form = registration(surname=NASTY, organisation=NASTY, reasons=NASTY, address=NASTY)
    house.desk.accounts.register(form, address=NASTY)
    house.desk.accounts.confirm(house.desk.letters.link("faraday@example.org"))
    house.client().sign_in(NASTY, "x")
    house.administration.access.set_rule(NASTY, RuleKind.OPEN, by=ADMINISTRATOR, address=None)
    house.desk.accounts.add_group("nasty", NASTY, by=ADMINISTRATOR, address=None)
    house.deliver(DeliveryState.QUARANTINED, name=NASTY, problems=[{"file": NASTY, "reason": NASTY}])
    house.order(OrderState.FAILED, reason=NASTY)
    for path in (*PAGES, f"/users?text={NASTY}", f"/audit?text={NASTY}", f"/access?identifier={NASTY}", "/users/2"):
        text = ghopper.get(f"/admin{path}").text
        assert "<script>alert" not in text, path
    for path in ("/registrations", "/users", "/groups", "/access", "/orders", "/deliveries"):
        assert "&lt;script&gt;alert" in ghopper.get(f"/admin{path}").text, path


def test_users_are_found(house: House, ghopper: Person) -> None:
    with house.database.writing() as session:
        session.add_all(_user(f"user-{number:02}", house.desk.clock.now) for number in range(60))
    page = ghopper.page("/admin/users?text=curie")
    assert "60 accounts" in page
    assert "Page 1 of 2" in page
    assert 'href="/admin/users?text=curie&page=2" rel="next"' in page
    assert "user-59" in ghopper.page("/admin/users?text=curie&page=2")
    assert "0 accounts" in ghopper.page("/admin/users?text=%25")
    assert "0 accounts" in ghopper.page("/admin/users?state=closed")
    for nonsense in ("page=0", "page=-1", "page=x", "page=" + "9" * 30, "page=٣", "state=nonsense", "text=" + "x" * 3000):
        ghopper.page(f"/admin/users?{nonsense}")
    assert ghopper.get("/admin/users/4711").status_code == 404
    assert ghopper.get(f"/admin/users/{'9' * 40}").status_code == 404


def test_groups_with_an_end(house: House, ghopper: Person) -> None:
    number = house.desk.active()
    ghopper.send("/admin/groups", name="COROT N1", title="COROT N1")
    assert "The name of a group has 1 to 40 characters" in ghopper.page("/admin/groups")
    ghopper.send("/admin/groups", name="corot-n1", title="COROT N1")
    ghopper.send(f"/admin/users/{number}/join", group="corot-n1", until="2026-12-31")
    [membership] = house.desk.accounts.user(number).memberships
    assert membership.until == datetime(2027, 1, 1, tzinfo=UTC)  # the day is the last one inside
    assert 'until <time datetime="2026-12-31">31 December 2026</time>' in ghopper.page(f"/admin/users/{number}")
    for wrong, says in (("2020-01-01", "Please choose a date to come."), ("31/12/2026", "as a date"), ("9999-12-31", "as a date")):
        ghopper.send(f"/admin/users/{number}/join", group="corot-n1", until=wrong)
        assert says in ghopper.page(f"/admin/users/{number}"), wrong
    ghopper.send(f"/admin/users/{number}/join", group="nothing", until="")
    assert 'class="wrong"' in ghopper.page(f"/admin/users/{number}")
    assert "1 member" in ghopper.page("/admin/groups")
    ghopper.send(f"/admin/users/{number}/leave", group="corot-n1")
    ghopper.send("/admin/groups/remove", name="corot-n1")
    assert not house.desk.accounts.groups()


def test_what_an_account_may(house: House, ghopper: Person) -> None:
    number, accounts = house.desk.active(), house.desk.accounts
    ghopper.send(f"/admin/users/{number}/role", role="curator")
    ghopper.send(f"/admin/users/{number}/quota", quota="2,5")
    user = accounts.user(number)
    assert (user.role, user.quota_bytes) == (Role.CURATOR, 2_500_000_000)
    assert 'name="quota" value="2.5"' in ghopper.page(f"/admin/users/{number}")
    for wrong in ("much", "nan", "inf", "1e400", "-1"):
        ghopper.send(f"/admin/users/{number}/quota", quota=wrong)
        assert 'class="wrong"' in ghopper.page(f"/admin/users/{number}"), wrong
    ghopper.send(f"/admin/users/{number}/role", role="emperor")
    assert "Please choose a role." in ghopper.page(f"/admin/users/{number}")
    ghopper.send(f"/admin/users/{number}/quota", quota="")
    assert accounts.user(number).quota_bytes is None
    ghopper.send(f"/admin/users/{number}/close")
    assert accounts.user(number).state is AccountState.CLOSED
    ghopper.send(f"/admin/users/{number}/reopen")
    assert accounts.user(number).state is AccountState.TEMPORARY


def test_administrators_do_not_shut_themselves_out(house: House, ghopper: Person) -> None:
    number = house.desk.accounts.user_named("ghopper").user_id
    page = ghopper.page(f"/admin/users/{number}")
    assert "Close the account" not in page
    assert 'name="role"' not in page
    ghopper.send(f"/admin/users/{number}/close")
    ghopper.send(f"/admin/users/{number}/role", role="user")
    assert ghopper.who()["role"] == "administrator"


def test_rules_and_embargoes(house: House, ghopper: Person) -> None:
    access = house.administration.access
    ghopper.send("/admin/groups", name="corot-n1", title="COROT N1")
    ghopper.send("/admin/access", identifier="COROT_N1", kind="until", opens="2027-01-12", shown="name", group="corot-n1")
    [rule] = access.rules()
    assert (rule.identifier, rule.opens, rule.shown) == ("COROT_N1", datetime(2027, 1, 12, tzinfo=UTC), Shown.NAME)
    page = " ".join(ghopper.page("/admin/access").split())
    assert "Under embargo until" in page
    assert "for COROT N1" in page
    assert "Nothing has this identifier yet" in page
    edited = ghopper.page("/admin/access?identifier=COROT_N1")
    assert 'name="opens" value="2027-01-12"' in edited
    assert 'value="corot-n1" checked' in edited
    for wrong in (
        {"kind": "nonsense"},
        {"kind": "until", "opens": "tomorrow"},
        {"kind": "until", "opens": ""},
        {"kind": "open", "identifier": ""},
    ):
        ghopper.send("/admin/access", **{"identifier": "X", **wrong})
        assert 'class="wrong"' in ghopper.page("/admin/access"), wrong
    assert len(access.rules()) == 1
    ghopper.send("/admin/access/remove", identifier="COROT_N1")
    assert not access.rules()
    assert house.desk.lines("access rule") == 2


def test_orders_of_everybody(house: House, ghopper: Person) -> None:
    failed, waiting = house.order(OrderState.FAILED, reason="The server said no."), house.order(OrderState.WAITING)
    page = ghopper.page("/admin/orders")
    assert "2 orders" in page
    assert "The server said no." in page
    assert waiting not in ghopper.page("/admin/orders?state=failed")
    ghopper.send(f"/admin/orders/{failed}/retry")
    ghopper.send(f"/admin/orders/{waiting}/cancel")
    states = {order.number: order.state for order in house.administration.orders.all()[0]}
    assert states == {failed: OrderState.WAITING, waiting: OrderState.CANCELLED}
    ghopper.send("/admin/orders/R00000000000000/retry")
    assert 'class="wrong"' in ghopper.page("/admin/orders")


def test_deliveries_in_quarantine(house: House, ghopper: Person) -> None:
    problems = [{"file": f"file-{number}", "reason": "Its SHA-256 differs."} for number in range(15)]
    number = house.deliver(DeliveryState.QUARANTINED, problems=problems)
    accepted = house.deliver(DeliveryState.ACCEPTED, name="all-well")
    page = ghopper.page("/admin/deliveries")
    assert "1 delivery" in page
    assert "5 more problems" in page
    assert "all-well" not in page
    assert "all-well" in ghopper.page("/admin/deliveries?state=all")
    for path in (f"{accepted}/discard", f"{accepted}/check"):
        ghopper.send(f"/admin/deliveries/{path}")
        assert "This delivery is not in quarantine any more." in ghopper.page("/admin/deliveries")
    assert ghopper.send("/admin/deliveries/4711/discard").status_code == 404
    ghopper.send(f"/admin/deliveries/{number}/discard")
    assert "The delivery is thrown away." in ghopper.page("/admin/deliveries")
    assert house.desk.lines("threw a delivery away") == 1
    assert not (house.archive / "quarantine" / "brought").exists()


def test_the_audit_trail_is_searched(house: House, ghopper: Person) -> None:
    for number in range(55):
        house.desk.accounts.record("did something", f"subject {number}", by=ADMINISTRATOR)
    page = ghopper.page("/admin/audit?text=did+something")
    assert "55 lines" in page
    assert "Page 1 of 2" in page
    assert "subject 54" in page
    assert "subject 4<" in ghopper.page("/admin/audit?text=did+something&page=2").replace("\n", "")


def _user(username: str, created: datetime) -> User:
    empty = dict.fromkeys(("first_name", "address", "telephone", "organisation", "reasons"), "")
    return User(username=username, email=f"{username}@example.org", surname="Curie", created=created, **empty)
