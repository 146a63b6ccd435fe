"""What an event of the log is called on screen, and what is not shown in it."""

from __future__ import annotations

from workspace.errors import Message, _
from workspace.store.port import Event
from workspace.translation import language, said

# What somebody did, by the name of the event; what it was done to is named after it.
WORDS: dict[str, Message] = {
    "amendments.declined": _("tok ikke inn et endringsforslag i"),
    "amendments.proposed": _("foreslo endring i"),
    "amendments.support_withdrawn": _("trakk støtten til et endringsforslag i"),
    "amendments.supported": _("støttet et endringsforslag i"),
    "amendments.taken_in": _("tok inn et endringsforslag i"),
    "amendments.withdrawn": _("trakk et endringsforslag i"),
    "ballots.cast": _("svarte på"),
    "ballots.withdrawn": _("trakk svaret på"),
    "budgets.kept": _("førte penger og timer for"),
    "capacities.kept": _("førte hva kommunene har kapasitet til"),
    "comments.edited": _("endret en kommentar til"),
    "comments.posted": _("svarte i en tråd om"),
    "comments.removed": _("tok bort en kommentar til"),
    "comments.restored": _("la tilbake en kommentar til"),
    "comments.withdrawn": _("trakk en kommentar til"),
    "conditions_met.marked": _("merket et vilkår som oppfylt for"),
    "conditions_met.undone": _("angret at et vilkår var oppfylt for"),
    "deliveries.failed": _("fikk ikke sendt et varsel på e-post"),
    "deliveries.sending": _("begynte å sende et varsel på e-post"),
    "deliveries.sent": _("sendte et varsel på e-post"),
    "deliveries.unsure": _("vet ikke om et varsel på e-post kom fram"),
    "documents.changed": _("endret dokumentet"),
    "documents.created": _("la inn dokumentet"),
    "guests.removed": _("tok en gjest ut av møtet i"),
    "hand_counts.entered": _("førte inn håndsopprekning i"),
    "hand_counts.withdrawn": _("trakk en håndsopprekning i"),
    "hearing_answers.assessed": _("vurderte et høringssvar til"),
    "hearing_answers.changed": _("endret et høringssvar til"),
    "hearing_answers.received": _("tok imot et høringssvar til"),
    "hearing_answers.withdrawn": _("trakk et høringssvar til"),
    "hearings.closed": _("avsluttet høringen av"),
    "hearings.discarded": _("forkastet et utkast til høring av"),
    "hearings.drafted": _("laget et utkast til høring av"),
    "hearings.extended": _("ga ny frist i høringen av"),
    "hearings.hidden": _("skjulte høringssvarene til"),
    "hearings.opened": _("sendte på høring"),
    "hearings.redrafted": _("endret utkastet til høring av"),
    "hearings.shown": _("viste høringssvarene til"),
    "measure_imports.brought_in": _("leste inn tiltak fra et regneark"),
    "measure_imports.received": _("sendte inn et regneark med tiltak"),
    "measures.changed": _("endret tiltaket"),
    "measures.follow_up_moved": _("flyttet oppfølgingen av"),
    "measures.merged": _("slo sammen tiltak med"),
    "measures.proposed": _("foreslo tiltaket"),
    "measures.responsibility_accepted": _("tok på seg ansvaret for"),
    "measures.reworded": _("endret teksten i"),
    "measures.status_changed": _("endret status for"),
    "measures.told_apart": _("skilte to tiltak som ligner:"),
    "mediation_notes.written": _("skrev i meklingen om"),
    "memberships.described": _("endret navn eller tittel på"),
    "memberships.ended": _("avsluttet medlemskapet til"),
    "memberships.joined": _("tok inn som medlem:"),
    "memberships.leave_asked": _("ba om å slutte:"),
    "memberships.leave_taken_back": _("vil fortsette likevel:"),
    "memberships.link_made": _("laget en innloggingslenke for"),
    "memberships.role_changed": _("endret rollen til"),
    "milestones.added": _("la til en milepæl for"),
    "milestones.changed": _("endret en milepæl for"),
    "milestones.removed": _("tok bort en milepæl for"),
    "milestones.ticked": _("krysset av en milepæl for"),
    "municipalities.joined": _("la inn kommunen"),
    "municipalities.population_set": _("førte folketallet i"),
    "municipalities.relevance_set": _("sa hvem som ikke trenger egne tiltak i"),
    "municipalities.voice_assigned": _("valgte hvem som svarer for"),
    "opportunities.became_measure": _("gjorde en mulighet til tiltak:"),
    "opportunities.changed": _("endret muligheten"),
    "opportunities.followed": _("fulgte et sammenslått tiltak:"),
    "opportunities.joined": _("vil være med på muligheten"),
    "opportunities.left": _("er ikke lenger med på muligheten"),
    "opportunities.registered": _("fanget opp muligheten"),
    "opportunities.shared": _("delte muligheten"),
    "placements.confirmed": _("bekreftet hvor en tråd hører til i"),
    "placements.declined": _("avviste et forslag til hvor en tråd hører til i"),
    "received_mail.kept": _("tok imot et svar på e-post"),
    "reminders.failed": _("fikk ikke sendt en påminnelse om"),
    "reminders.made": _("laget en påminnelse om"),
    "reminders.sending": _("begynte å sende en påminnelse om"),
    "reminders.sent": _("sendte en påminnelse om"),
    "reminders.unsure": _("vet ikke om en påminnelse kom fram, om"),
    "rounds.closed": _("lukket"),
    "rounds.concluded": _("skrev oppsummeringen av"),
    "rounds.covered": _("dekket til resultatet på skjermen i"),
    "rounds.discarded": _("forkastet et utkast til runde"),
    "rounds.door_closed": _("lukket døra for gjester i"),
    "rounds.door_opened": _("åpnet døra for gjester i"),
    "rounds.drafted": _("laget et utkast til"),
    "rounds.extended": _("ga ny frist i"),
    "rounds.meeting_code_changed": _("byttet møtekode i"),
    "rounds.meeting_ended": _("avsluttet møtet i"),
    "rounds.meeting_started": _("startet et møte i"),
    "rounds.not_opened": _("fikk ikke åpnet som planlagt:"),
    "rounds.opened": _("åpnet"),
    "rounds.outcome_drafted": _("lagret et utkast til oppsummering av"),
    "rounds.redrafted": _("endret utkastet til"),
    "rounds.reopened": _("åpnet på nytt"),
    "rounds.revealed": _("viste resultatet på skjermen i"),
    "status_reports.asked": _("ba om statusrapport for"),
    "status_reports.reminded": _("minnet om statusrapport for"),
    "status_reports.sent": _("sendte spørsmål om statusrapport for"),
    "status_reports.written": _("skrev statusrapport for"),
    "suggestions.declined": _("tok ikke inn et forslag til nye ord i"),
    "suggestions.made": _("foreslo nye ord i"),
    "suggestions.taken_in": _("tok inn et forslag til nye ord i"),
    "suggestions.withdrawn": _("trakk et forslag til nye ord i"),
    "threads.answered": _("merket en tråd som besvart i"),
    "threads.classified": _("sa hva slags innspill en tråd er, i"),
    "threads.opened": _("kommenterte"),
    "threads.reopened": _("åpnet en tråd igjen i"),
    "threads.resolved": _("løste en tråd i"),
    "threads.settled": _("avgjorde et innspill til"),
    "trust.entered": _("førte inn tall fra en tillitsmåling"),
    "trust.withdrawn": _("trakk tall fra en tillitsmåling"),
    "uploads.received": _("lastet opp filer"),
    "uploads.stopped": _("stanset en opplasting"),
    "voices.joined": _("ble med i"),
    "voices.left": _("gikk ut av"),
    "working_groups.changed": _("endret gruppen"),
    "working_groups.ended": _("avsluttet gruppen"),
    "working_groups.made": _("laget gruppen"),
}

# Filters: what the list can be narrowed to, and the tables that belong to each.
KINDS: dict[str, tuple[Message, frozenset[str]]] = {
    "answers": (_("Svar i runder"), frozenset({"ballots", "conditions_met", "hand_counts", "mediation_notes"})),
    "rounds": (_("Runder"), frozenset({"rounds", "reminders", "voices", "guests"})),
    "texts": (_("Dokumenter og filer"), frozenset({"documents", "uploads"})),
    "measures": (
        _("Tiltak og arbeidsplan"),
        frozenset(
            {
                "measures", "amendments", "opportunities", "measure_imports", "budgets", "capacities", "milestones",
                "status_reports",
            }
        ),
    ),
    "comments": (_("Kommentarer"), frozenset({"threads", "comments", "suggestions", "placements"})),
    "hearings": (_("Høringer"), frozenset({"hearings", "hearing_answers"})),
    "members": (_("Tilganger og medlemmer"), frozenset({"memberships", "municipalities", "working_groups"})),
}  # fmt: skip

# An answer without a name is nowhere in the list: neither who gave it nor when (decision 016).
NEVER_SHOWN = frozenset({"sealed"})


def what(event: Event) -> str:
    """What was done, in the reader's words; the event's own name where we have none."""
    return said(language(), WORDS[event.action]) if event.action in WORDS else event.action


def kinds() -> list[tuple[str, str]]:
    """What the list can be narrowed to, in the reader's language."""
    return [(kind, said(language(), label)) for kind, (label, _tables) in KINDS.items()]
