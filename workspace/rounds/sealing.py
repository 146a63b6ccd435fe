"""Anonymous rounds: answers are sealed to a key of the round while it is open; at its close they are shuffled.

The key is kept apart from the store (`stores.keys`). What comes when, so that a crash at any moment loses nothing and
leaves nothing (docs/decisions/016-sealed-answers.md): the answers are written without voices and the sealed ones are
removed, in the transaction that closes; the key is destroyed; the store forgets what was removed; the key's name is
released. As long as the name is there, `finish` goes on from where it was.
"""

from __future__ import annotations

import base64
import hmac
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from workspace.access import Actor
from workspace.errors import Conflict, Invalid, Unavailable, _
from workspace.once import Once, came_of, remember, was_sent
from workspace.parts import Workspace
from workspace.rounds.ballot import Voice, check_answer
from workspace.rounds.model import Round
from workspace.rounds.revealed import Revealed
from workspace.rounds.sealed import Sealed, packed, unpacked
from workspace.rounds.suppression import LEAST, breakdown, hidden
from workspace.store.port import Transaction, View

ANSWERED = _("Du har alt svart på dette tiltaket. Svaret er forseglet, så det kan ikke endres.")
LOST = _("Nøkkelen til runden er borte. Svarene kan ikke åpnes, og runden tar ikke imot flere.")
SEALED = _("Svar uten navn er forseglet. De kan ikke endres eller trekkes.")
logger = logging.getLogger(__name__)
T = TypeVar("T")
_random = secrets.SystemRandom()


def begin(workspace: Workspace, region: str, round_id: str) -> None:
    """Make the key of a round that opens, within the transaction that opens it. Raises OSError, Unavailable."""
    workspace.stores.keys.keep(region, round_id, bytes(PrivateKey.generate()))


def is_lost(workspace: Workspace, region: str, round_: Round) -> bool:
    """Whether a round is open without its key, as after a backup was restored: its answers can't be opened."""
    return round_.is_anonymous and round_.state == "open" and not workspace.stores.keys.get(region, round_.id)


def take(
    workspace: Workspace, tx: Transaction, actor: Actor, round_: Round, measure: str, voter: str, value: str,
    reason: str, once: Once | None,
) -> Sealed:  # fmt: skip
    """Seal an answer. Sent again with the same key it is answered as before, also when the round has closed since.

    Raises Conflict when it was answered already, the round takes no answers or has lost its key; Invalid.
    """
    id = f"{round_.id}:{measure}:{voter.partition(':')[2]}"
    if round_.state != "open" and was_sent(tx, actor, once):
        return Sealed(id=id, round=round_.id, measure=measure, voter=voter, ciphertext="")
    now = workspace.now()
    taken = round_.take(now)
    round_.item(measure)
    secret = workspace.stores.keys.get(actor.region or "", round_.id)
    if secret is None:
        raise Conflict(LOST, current=round_)
    blind = _blinded(once, secret)
    earlier = tx.get(Sealed, id)
    if earlier is not None:
        return _as_before(tx, actor, blind, earlier, round_)
    ciphertext = SealedBox(PrivateKey(secret).public_key).encrypt(packed(*check_answer(round_, value, reason, {})))
    tx.put(taken)
    sealed = tx.put(
        Sealed(
            id=id, round=round_.id, measure=measure, voter=voter, ciphertext=base64.b64encode(ciphertext).decode()
        )
    )  # fmt: skip
    tx.log("sealed.answered", sealed, at=now, by=actor.by, round=round_.id, measure=measure, voter=voter)
    remember(tx, actor, blind, sealed, now)
    return sealed


def _as_before(tx: Transaction, actor: Actor, blind: Once | None, earlier: Sealed, round_: Round) -> Sealed:
    try:
        if came_of(tx, actor, blind, Sealed) == earlier:
            return earlier
    except Invalid:
        pass  # the key of the same form, with another answer in it
    raise Conflict(ANSWERED, current=round_)


def _blinded(once: Once | None, secret: bytes) -> Once | None:
    """The request as its receipt keeps it: a plain digest could be compared with that of each of six answers by whoever
    comes by the form's key; this one can't be once the round's key is destroyed."""
    return None if once is None else Once(once.key, hmac.digest(secret, once.digest.encode(), "sha256").hex())


# -- At the close --


class Opened(NamedTuple):
    """A sealed answer, opened: for as long as it takes to shuffle it."""

    value: int
    reason: str
    voice: Voice | None


def reveal(workspace: Workspace, region: str, tx: Transaction, round_: Round) -> tuple[Round, list[Revealed]]:
    """Write the answers of a round that closes without voices, time or order, and take the sealed ones away.

    Answers the round, with how many answers could not be opened, and what everybody may see from now on.
    """
    secret = workspace.stores.keys.get(region, round_.id)
    box = None if secret is None else SealedBox(PrivateKey(secret))
    opened: dict[str, list[Opened]] = {id: [] for id in round_.measures}
    unopened = 0
    for sealed in tx.find(Sealed, {"round": round_.id}):
        content = _opened(box, sealed)
        if content is None:
            unopened += 1
        else:
            opened[sealed.measure].append(Opened(*content, tx.get(Voice, sealed.voice)))
        tx.remove(sealed)
    revealed = [tx.put(_shuffled(round_, id, given)) for id, given in opened.items()] if box is not None else []
    return round_.changed(unopened=unopened), revealed


def _opened(box: SealedBox[PrivateKey] | None, sealed: Sealed) -> tuple[int, str] | None:
    try:
        return None if box is None else unpacked(box.decrypt(base64.b64decode(sealed.ciphertext)))
    except CryptoError:
        return None


def _shuffled(round_: Round, measure: str, given: Sequence[Opened]) -> Revealed:
    """What may be kept of the answers to a measure: nothing of so few that they could be guessed back."""
    bare = Revealed(
        id=f"{round_.id}:{measure}", round=round_.id, measure=measure, answers=len(given), values=()
    )  # fmt: skip
    if len(given) < LEAST:
        return bare
    by, groups = _groups(given)
    parts = breakdown(groups)
    return bare.changed(
        values=tuple(shuffled([answer.value for answer in given])),
        reasons=tuple(shuffled([answer.reason for answer in given if answer.reason])),
        by=by if parts else "",
        parts=parts,
        hidden=tuple(sorted(group for group in groups if group not in parts)) if parts else (),
    )


def shuffled(answers: list[T]) -> list[T]:
    """The same in an order that nobody can know."""
    _random.shuffle(answers)
    return answers


def _groups(given: Sequence[Opened]) -> tuple[str, Mapping[str, list[int]]]:
    """The answers by group, or where that may not be shown by municipality: never by both, as two breakdowns of the
    same answers give away what each of them hides. Which of them is chosen by sizes alone."""
    for by in ("group", "municipality"):
        groups: dict[str, list[int]] = {}
        for answer in given:
            groups.setdefault(getattr(answer.voice, by, ""), []).append(answer.value)
        sizes = {group: len(values) for group, values in groups.items()}
        if len(groups) > 1 and hidden(sizes) != groups.keys():
            return by, groups
    return "", {}


def finish(workspace: Workspace, region: str) -> bool:
    """Do what is left to do for the anonymous rounds of a region that have closed, and answer whether all is done.

    Can be repeated. What fails now is logged, and done by the job that runs each minute.
    """
    keys, store = workspace.stores.keys, workspace.region(region)
    try:
        closed = [id for id in keys.names(region) if _is_over(store.view(), id)]
        for id in closed:
            keys.destroy(region, id)
        if closed:
            store.forget(Sealed.table)
        for id in closed:
            keys.release(region, id)
        for id in keys.names(region):
            with store.transaction() as tx:  # an opening that made its key is done, or not begun
                if not _is_opened(tx, id):
                    keys.release(region, id)
    except (OSError, Unavailable) as error:
        logger.error("the end of an anonymous round waits: %s", type(error).__name__)
        return False
    return True


def _is_over(view: View, round_id: str) -> bool:
    """Whether a round has closed, as far as that is durable."""
    round_ = view.get(Round, round_id)
    return round_ is not None and round_.state in {"closed", "concluded"}


def _is_opened(view: View, round_id: str) -> bool:
    round_ = view.get(Round, round_id)
    return round_ is not None and round_.state != "draft"
