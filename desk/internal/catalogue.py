"""The catalogue's names for the bot, so that it understands a new product without being trained."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse

from desk.edge import TheDesk
from desk.ids import digest
from desk.internal.api import only_the_bot
from desk.shop.families import families

router = APIRouter(prefix="/internal/v1", dependencies=[Depends(only_the_bot)])


@router.get("/catalogue")
def catalogue(desk: TheDesk, if_none_match: Annotated[str, Header()] = "") -> Response:
    """List the products on sale by name, other names and ids; 304 when nothing has changed."""
    with desk.database.read() as session:
        answer = JSONResponse({"products": [asdict(family) for family in families(desk.shop.products(session))]})
    tag = f'"{digest(bytes(answer.body).decode())}"'
    if tag == if_none_match:
        return Response(status_code=304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer
