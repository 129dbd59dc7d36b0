"""The bot tells that a picture came; the desk, which has it, says where it went."""

from typing import Any

from fastapi import APIRouter, Depends

from desk.cases import screenshots
from desk.internal.api import Nothing, TheCall, only_the_bot

router = APIRouter(prefix="/internal/v1/conversations/{sender}/pictures", dependencies=[Depends(only_the_bot)])


@router.post("/filed")
def filed(body: Nothing, call: TheCall) -> dict[str, Any]:
    """File the customer's new pictures to the open case, if there is one."""
    return call.once(lambda s, a: screenshots.filed(s, call.cases, a))
