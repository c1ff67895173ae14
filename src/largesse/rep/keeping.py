"""What a deed makes of a draft is kept unless another page was quicker; the last can be undone."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django.http import HttpRequest

from largesse.pages.toasts import toast
from largesse.rep import desk
from largesse.rep.drafts import Change, Draft, columns_of
from largesse.rep.work import Work, settled

_UNDO: Final = "rep-undo"


def is_stale(work: Work, seen: str) -> bool:
    """Whether a page was made of an older draft than there is now."""
    return seen != desk.version(work.record)


def carry_out(request: HttpRequest, work: Work, change: Change, said: str, undo: str = "") -> bool:
    """Keep what a deed makes of a draft, and say so; False where another page was quicker.

    Picks that do not hold any more are taken out, and that is said too. `undo` is the address that puts
    the draft back.
    """
    before = work.kept
    wanted = change(before)
    draft, lost = settled(wanted, work.priced(wanted))
    if draft == before and not said:
        return True
    if not desk.keep(work.record, draft, work.now):
        return False
    for sentence in lost:
        toast(request, f"A pick was cleared. {sentence}")
    if said:
        if undo:
            _remember(request, work, before)
        toast(request, said, undo=undo)
    return True


def undone(request: HttpRequest, work: Work) -> bool:
    """Put a draft back to what it was before the last deed; False where it has changed since."""
    said = request.session.pop(_UNDO, None)
    if not said or said["draft"] != work.record.public_id:
        return False
    if is_stale(work, said["version"]):
        return False
    return desk.keep(work.record, msgspec.convert(said["kept"], Draft, strict=False), work.now)


def _remember(request: HttpRequest, work: Work, before: Draft) -> None:
    kept: dict[str, Any] = columns_of(before)
    request.session[_UNDO] = {
        "draft": work.record.public_id,
        "version": desk.version(work.record),
        "kept": {name: list(v) if isinstance(v, tuple) else v for name, v in kept.items()},
    }
