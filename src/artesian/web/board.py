"""How the service is, as it was judged last: the status and its answers, made beforehand and off the event loop."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from artesian.health.assess import Facts, assess
from artesian.model.health import WriterHealth
from artesian.model.names import PackageName
from artesian.model.snapshot import Generation
from artesian.model.status import Status
from artesian.render.document import encode
from artesian.render.remarks import remarks
from artesian.render.status import status_page, status_text
from artesian.store.report import ReportFile
from artesian.web.answers import BRIEF, JSON, NEGOTIATED, TEXT, Answer, page_answer

__all__ = ["PATHS", "Board", "look"]

# Where answers come from a board: kept until the next one.
PATHS = frozenset({b"/status", b"/v1/status"})


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement. `remarks`: what there is to tell of packages, of those alone that there is something of."""

    status: Status
    remarks: Mapping[PackageName, tuple[str, ...]]
    page: Answer
    text: Answer
    document: Answer


def look(
    generation: Generation, damaged: tuple[str, ...], file: ReportFile, *, now: datetime
) -> Board:
    """Read the writer's report, judge, and make the answers."""
    found = file.read()
    facts = Facts(generation=generation, damaged=damaged)
    if isinstance(found, WriterHealth):
        facts = msgspec.structs.replace(facts, report=found)
    else:
        facts = msgspec.structs.replace(facts, no_report=found.reason, is_absent=found.is_absent)
    status = assess(facts, now=now)
    return Board(
        status=status,
        remarks={one.name: said for one in status.packages if (said := remarks(one))},
        page=page_answer(status_page(status), vary=NEGOTIATED, cache_control=BRIEF),
        text=Answer(
            body=status_text(status).encode(),
            media_type=TEXT,
            vary=NEGOTIATED,
            cache_control=BRIEF,
        ),
        document=Answer(body=encode(status), media_type=JSON, cache_control=BRIEF),
    )
