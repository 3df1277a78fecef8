"""What a server was last found able to do, for runs whose answers are all paid for."""

from __future__ import annotations

import json
import logging

from pydantic import TypeAdapter, ValidationError

from factsheet_service.core.errors import EngineUnavailable
from factsheet_service.core.memo import Memo

from . import lacks
from .abilities import Abilities
from .errors import Unreachable
from .probe import Probe
from .settings import VllmSettings

log = logging.getLogger(__name__)

_FORM = TypeAdapter(Abilities)


class Seen:
    """A memo's note of what the server of some settings can do, by model and not by address."""

    def __init__(self, memo: Memo, settings: VllmSettings) -> None:
        self._memo = memo
        self._name = json.dumps(["server", settings.model, settings.revision])

    async def abilities(self, probe: Probe) -> tuple[Abilities, bool]:
        """What the server can do, or could when it was last there; and whether it is away.

        Raises EngineUnavailable, of a server that is away where nothing is known of it.
        """
        try:
            found = await probe.abilities()
        except EngineUnavailable as error:
            if not isinstance(error.__cause__, Unreachable):
                raise
            if (known := await self._known()) is None:
                raise
            log.warning("the server is away; what was paid for is answered all the same")
            return known.lacking(lacks.AWAY), True
        await self._memo.note(self._name, _FORM.dump_json(found).decode())
        return found, False

    async def _known(self) -> Abilities | None:
        """None also where another version noted something else."""
        noted = await self._memo.recall(self._name)
        try:
            return None if noted is None else _FORM.validate_json(noted)
        except ValidationError:
            return None
