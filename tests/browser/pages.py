"""Every page of the product, and as whom it is looked at. One list, for axe and for whoever takes pictures.

`tests/test_pages.py` keeps it whole: each address that answers with a page is here, or among those that are not pages.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.browser.stage import Stage
from workspace.help import guide

PARTICIPANT, FACILITATOR, ADMINISTRATOR = "participant", "facilitator", "administrator"
ANYBODY = "anybody"  # who is not signed in
GUEST = "guest"  # of a meeting, with a phone


class Page(NamedTuple):
    """One page: the endpoint it is of, as whom it is looked at, and its address, with words of `Stage.places` in {}."""

    endpoint: str
    who: str
    address: str

    def path(self, stage: Stage) -> str:
        """The address in this demo region."""
        return self.address.format(**stage.places)


def _pages(who: str, *pages: tuple[str, str]) -> list[Page]:
    return [Page(endpoint, who, address.replace("~", "/r/skarfjord")) for endpoint, address in pages]


PAGES = [
    *_pages(
        ANYBODY,
        ("help.index", "/help/"),
        *(("help.page", f"/help/{name}") for name in guide.PAGES[1:]),
        ("help.keys", "/help/keys"),
        ("help.privacy", "/privacy"),
        ("help.accessibility", "/accessibility"),
        ("regions.people", "/step-in"),
        ("accounts.sign_in", "/sign-in"),
        ("accounts.link", "/sign-in/{sign_in}"),
        ("accounts.link", "/sign-in/spent"),
        ("regions.invitation", "/invitation/{invitation}"),
        ("regions.invitation", "/invitation/spent"),
        ("regions.email_link", "/email/{email}"),
        ("regions.email_link", "/email/spent"),
        ("meetings.find", "/m/"),
        ("meetings.find", "/m/?code=XXXXXX"),
        ("meetings.door", "/m/{code}"),
        ("public_hearings.reading", "/h/{link}"),
        ("public_hearings.reading", "/h/skarfjord.nowhere"),
        ("public_hearings.receipt", "/h/{link}/answers/{receipt}"),
        ("public_hearings.edit", "/h/{link}/answers/{receipt}/edit"),
        ("stops.page", "/u/{stop}"),
        ("stops.page", "/u/spent"),
    ),
    *_pages(GUEST, ("meetings.phone", "/m/{code}/answer")),
    *_pages(
        PARTICIPANT,
        ("regions.home", "~/"),
        ("regions.choose", "/regions"),
        ("accounts.profile", "/profile"),
        ("documents.listing", "~/documents/"),
        ("documents.listing", "~/documents/?kind=plan"),
        ("comments.reading", "~/documents/{plan}"),
        ("comments.reading", "~/documents/{plan}?comment=2"),
        ("comments.reading", "~/documents/{plan}?threads=resolved"),
        ("comments.reading", "~/documents/{sheet}?page=1"),
        ("comments.suggest_new", "~/documents/{plan}/suggestions/new?block=6"),
        ("documents.versions", "~/documents/{plan}/versions"),
        ("documents.versions", "~/documents/{plan}/versions?from=1&to=2"),
        ("documents.version", "~/documents/{plan}/versions/{number}"),
        ("comments.thread", "~/threads/{thread}"),
        ("comments.one", "~/comments/{comment}"),
        ("comments.edit", "~/comments/{comment}/edit"),
        ("comments.texts", "~/comments/{comment}/texts"),
        ("measures.listing", "~/measures/"),
        ("measures.listing", "~/measures/?view=effect"),
        ("measures.listing", "~/measures/?view=horizon"),
        ("measures.listing", "~/measures/?view=quick"),
        ("measures.listing", "~/measures/?view=initiator"),
        ("measures.listing", "~/measures/?sort=-cost&quick=1"),
        ("rounds.measure", "~/measures/{measure}"),
        ("measures.texts", "~/measures/{measure}/texts"),
        ("measures.acceptance", "~/measures/{measure}/acceptance"),
        ("rounds.new_amendment", "~/measures/{other}/amendments/new"),
        ("rounds.amendment", "~/amendments/{amendment}"),
        ("opportunities.listing", "~/opportunities/"),
        ("opportunities.new", "~/opportunities/new"),
        ("opportunities.page", "~/opportunities/{opportunity}"),
        ("rounds.listing", "~/rounds/"),
        ("rounds.page", "~/rounds/{round}"),
        ("rounds.page", "~/rounds/{done}"),
        ("rounds.phone", "~/rounds/{round}/answer"),
        ("rounds.points", "~/rounds/{points}/points"),
        ("rounds.confirmation", "~/rounds/{round}/measures/{measure}/confirm"),
        ("rounds.mediation", "~/rounds/{round}/measures/{other}/mediation"),
        ("rounds.show_results", "~/rounds/{done}/results"),
        ("rounds.protocol", "~/rounds/{done}/protocol"),
        ("rounds.verification", "~/rounds/{done}/verification"),
        ("workplan.listing", "~/plan-of-work/"),
        ("workplan.page", "~/plan-of-work/{followed}"),
        ("hearings.listing", "~/hearings/"),
        ("hearings.page", "~/hearings/{hearing}"),
        ("hearings.own", "~/hearings/{hearing}/own"),
        ("hearings.hearing_report", "~/hearings/{hearing}/report"),
        ("hearings.document_report", "~/documents/{plan}/report"),
        ("search.page", "~/search"),
        ("search.page", "~/search?q=kjølelager"),
        ("search.page", "~/search?q=finnesikkenoested"),
        ("notices.page", "~/notices/"),
        ("notices.page", "~/notices/?show=mentioned"),
        ("notices.following", "~/notices/follow?about=document:{plan}"),
        ("regions.members", "~/members"),
        ("groups.listing", "~/groups/"),
        ("groups.page", "~/groups/{group}"),
        ("rounds.new", "~/rounds/new"),  # where one may not
        ("", "~/nothing-here"),
    ),
    *_pages(
        FACILITATOR,
        ("regions.home", "~/"),
        ("comments.reading", "~/documents/{plan}"),
        ("documents.new", "~/documents/new"),
        ("documents.edit", "~/documents/{plan}/edit"),
        ("files.new", "~/documents/uploads/new"),
        ("files.upload", "~/documents/uploads/{upload}"),
        ("comments.suggestions", "~/documents/{plan}/suggestions"),
        ("comments.removal", "~/comments/{comment}/removal"),
        ("measures.new", "~/measures/new"),
        ("rounds.measure", "~/measures/{measure}"),
        ("measures.edit", "~/measures/{followed}/edit"),
        ("measures.status", "~/measures/{followed}/status"),
        ("measures.share", "~/measures/{followed}/sharing?key=equal"),
        ("measures.merge_form", "~/measures/{followed}/merging"),
        ("measures.new_import", "~/measures/imports/new"),
        ("measures.show_import", "~/measures/imports/{import}"),
        ("opportunities.edit", "~/opportunities/{opportunity}/edit"),
        ("rounds.new", "~/rounds/new"),
        ("rounds.page", "~/rounds/{round}"),
        ("rounds.page", "~/rounds/{draft}"),
        ("rounds.edit", "~/rounds/{draft}/edit"),
        ("rounds.preview", "~/rounds/{draft}/preview"),
        ("rounds.import_form", "~/rounds/{round}/import"),
        ("rounds.wording", "~/rounds/{round}/measures/{other}/text"),
        ("rounds.mediation", "~/rounds/{round}/measures/{other}/mediation"),
        ("rounds.on_behalf", "~/rounds/{round}/measures/{other}/on-behalf"),
        ("rounds.amendment", "~/amendments/{amendment}"),
        ("rounds.meeting_page", "~/rounds/{round}/meeting"),
        ("rounds.wall", "~/rounds/{round}/wall"),
        ("rounds.wall", "~/rounds/{round}/wall?overview=1"),
        ("rounds.silent", "~/silence"),
        ("rounds.silent_parts", "~/silence/documents/{plan}"),
        ("hearings.new", "~/hearings/new"),
        ("hearings.new", "~/hearings/new?document={plan}"),
        ("hearings.page", "~/hearings/{hearing}"),
        ("hearings.edit", "~/hearings/{unopened}/edit"),
        ("hearings.enter_form", "~/hearings/{hearing}/answers/new"),
        ("hearings.answer", "~/hearings/answers/{answer}"),
        ("workplan.page", "~/plan-of-work/{followed}"),
        ("workplan.reports", "~/plan-of-work/reports"),
        ("workplan.edit_milestone", "~/plan-of-work/{followed}/milestones/1"),
        ("workplan.edit_money", "~/plan-of-work/{followed}/money?year=2026"),
        ("workplan.new_report", "~/plan-of-work/{followed}/reports/new"),
        ("workplan.edit_capacity", "~/plan-of-work/capacity?year=2027"),
        ("workplan.import_form", "~/plan-of-work/import"),
        ("notices.outbox_page", "~/notices/outbox"),
        ("regions.members", "~/members?municipality=9001"),
        ("groups.page", "~/groups/{group}"),
        ("groups.new", "~/groups/new"),
        ("groups.edit", "~/groups/{group}/edit"),
    ),
    *_pages(ADMINISTRATOR, ("regions.members", "~/members"), ("history.page", "~/log")),
]  # fmt: skip

# Addresses that answer a GET with something else than a page, and why.
NO_PAGES = {
    "a file to take away": {
        "accounts.data", "documents.comparison", "files.original", "regions.members_csv", "regions.members_file",
        "files.page_picture", "files.picture", "help.picture",
        "hearings.document_report_file",
        "hearings.hearing_report_file", "history.export", "measures.export", "measures.export_csv", "rounds.export",
        "rounds.protocol_docx", "rounds.receipt", "rounds.receipt_json", "rounds.results", "workplan.export", "static",
    },
    "a fragment that htmx puts into a page that is in the list": {
        "comments.further", "comments.new", "comments.news", "rounds.complete", "rounds.measure_news",
        "rounds.new_on_measure", "rounds.new_on_outcome", "rounds.outcome_news", "search.titles",
    },
    "a step of the first run, which is looked at where there is no region: test_first_run.py": {
        "regions.find_municipalities", "regions.first_code", "regions.first_person", "regions.first_region",
        "regions.suggest_address",
    },
    "it leads to another page": {"regions.front", "notices.go", "public_hearings.find_receipt"},
    "an answer for machines": {"health.healthz", "health.readyz"},
    "the very form of `workplan.new_report`, with what was written": {"workplan.edit_report"},
}  # fmt: skip
