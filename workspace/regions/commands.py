"""The commands `workspace region` and `workspace person`."""

from __future__ import annotations

import sys
from typing import Any

import click

from workspace.access import operator
from workspace.accounts import links as account_links
from workspace.accounts import passwords
from workspace.accounts import service as accounts
from workspace.accounts.model import Person
from workspace.clean import clean_line
from workspace.errors import Invalid, NotFound, _
from workspace.parts import Workspace
from workspace.regions import invitations, own, service
from workspace.regions.model import GROUPS
from workspace.terminal import Terminal, reads, writes


@click.group("region")
def region() -> None:
    """Make and list regions."""


@region.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="What the region is called.")
@click.option("--municipality", "numbers", multiple=True, help="A municipality's number, once for each.")
@click.option("--plan", default="", help="What the room is for, in a line.")
@click.option("--responsible", default="", help="The body that is responsible; shown at the foot of every page.")
@writes
def create(
    terminal: Terminal,
    workspace: Workspace,
    slug: str,
    name: str,
    numbers: tuple[str, ...],
    plan: str,
    responsible: str,
) -> None:
    """Make the region SLUG: /r/SLUG/ is its address."""
    made = service.create_region(
        workspace,
        operator(),
        slug,
        clean_line(name),
        dict.fromkeys(numbers, ""),
        plan=clean_line(plan),
        responsible=clean_line(responsible),
    )
    terminal.say(f"{workspace.config.base_url.rstrip('/')}/r/{made.id}/")
    _say_municipalities(terminal, workspace, made.id)


@region.command("change")
@click.argument("slug")
@click.option("--name", default="", help="What the region is called from now on.")
@click.option("--municipality", "numbers", multiple=True, help="The number of a municipality that joins.")
@click.option("--plan", default="", help="What the room is for, in a line.")
@click.option("--responsible", default="", help="The body that is responsible.")
@writes
def change(
    terminal: Terminal,
    workspace: Workspace,
    slug: str,
    name: str,
    numbers: tuple[str, ...],
    plan: str,
    responsible: str,
) -> None:
    """Change what the region SLUG is called, or let more municipalities join. Its address stays."""
    about = {"name": clean_line(name), "plan": clean_line(plan), "responsible": clean_line(responsible)}
    made = service.change_region(workspace, operator(), slug, municipalities=numbers, **about)
    terminal.say(f"{made.id}  {made.name}")
    _say_municipalities(terminal, workspace, made.id)


def _say_municipalities(terminal: Terminal, workspace: Workspace, slug: str) -> None:
    for municipality in service.municipalities(workspace, operator(slug)):
        terminal.say(f"  {municipality.id}  {municipality.name}")


@region.command("list")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each region.")
@reads
def list_regions(terminal: Terminal, workspace: Workspace, as_json: bool) -> None:
    """Every region, with how many municipalities and members it has."""
    for found in service.all_regions(workspace):
        actor = operator(found.id)
        count = len(service.municipalities(workspace, actor))
        members = len(service.members(workspace, actor))
        if as_json:
            terminal.json({"slug": found.id, "name": found.name, "municipalities": count, "members": members})
        else:
            terminal.say(f"{found.id}  {found.name}  {count} municipalities, {members} members")


@click.group("person")
def person() -> None:
    """Let people in, and close accounts."""


def _first_line_of_input(context: click.Context, parameter: click.Parameter, wanted: bool) -> str:
    """The password, read where the command is typed: a server that does the work has no terminal."""
    password = sys.stdin.readline().rstrip("\r\n") if wanted else ""
    if wanted and not password:
        raise click.UsageError("no password on standard input")
    return password


@person.command("invite")
@click.argument("region_slug", metavar="REGION")
@click.argument("email")
@click.option("--role", type=click.Choice([str(role) for role in service.ROLES]), required=True)
@click.option("--municipality", default="", help="The number of the municipality the person belongs to.")
@click.option("--group", type=click.Choice(GROUPS), help="Or the group of the person's organisation.")
@click.option("--organisation", default="", help="The organisation's name.")
@click.option("--name", default="", help="The person's name; used with --password-stdin.")
@click.option("--title", default="", help="Position, such as «Næringssjef».")
@click.option(
    "--password-stdin",
    "password",
    is_flag=True,
    callback=_first_line_of_input,
    help="Make the account now, with the password on the first line of standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@writes
def invite(
    terminal: Terminal,
    workspace: Workspace,
    region_slug: str,
    email: str,
    role: str,
    municipality: str,
    group: str | None,
    organisation: str,
    name: str,
    title: str,
    password: str,
    as_json: bool,
) -> None:
    """Invite EMAIL to REGION and print a one-time link (or make the account, with --password-stdin)."""
    actor = operator(service.region_of(workspace, region_slug).id)
    typed = {"municipality": municipality, "group": group or "", "organisation": organisation, "title": title}
    about: dict[str, Any] = {key: clean_line(value) for key, value in typed.items()}
    if password:
        passwords.check(password, accounts.own_words(name, email))
    token = invitations.invite(workspace, actor, email, role, **about)
    if not password:
        link = f"{workspace.config.base_url.rstrip('/')}/invitation/{token}"
        terminal.json({"email": email, "link": link}) if as_json else terminal.say(link)
        return
    known = accounts.person_by_email(workspace, email)
    invitations.accept(
        workspace, token, clean_line(name) or email.partition("@")[0], password, me=known.id if known else None
    )
    made = accounts.person_by_email(workspace, email)
    if made is None:
        raise NotFound()
    if known is not None:
        accounts.choose_password(workspace, known.id, password)
    accounts.sign_out_everywhere(workspace, made.id)
    terminal.json({"email": email, "person": made.id}) if as_json else terminal.say(f"{made.email} can sign in")


@person.command("link")
@click.argument("email")
@writes
def link(terminal: Terminal, workspace: Workspace, email: str) -> None:
    """Print a one-time sign-in link for EMAIL."""
    token = account_links.make_link(workspace, operator(), "sign-in", _known(workspace, email).email)
    terminal.say(f"{workspace.config.base_url.rstrip('/')}/sign-in/{token}")


@person.command("email")
@click.argument("email")
@click.argument("new")
@writes
def email_(terminal: Terminal, workspace: Workspace, email: str, new: str) -> None:
    """Give whoever signs in with EMAIL the address NEW instead."""
    changed = own.change_email(workspace, operator(), _known(workspace, email).id, new)
    terminal.say(f"{changed.name} signs in with {changed.email}")


@person.command("disable")
@click.argument("email")
@writes
def disable(terminal: Terminal, workspace: Workspace, email: str) -> None:
    """Close the account of EMAIL: sessions and links end at once. What the person wrote stays."""
    found = _known(workspace, email)
    accounts.disable(workspace, operator(), found.id)
    terminal.say(f"{found.email} can't sign in any more")


def _known(workspace: Workspace, email: str) -> Person:
    found = accounts.person_by_email(workspace, email)
    if found is None:
        raise Invalid({"email": _("Det finnes ingen konto med adressen %(email)s.", email=email)})
    return found


COMMANDS = [region, person]
