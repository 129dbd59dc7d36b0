"""Customers' pictures for whoever works at the desk."""

from fastapi import APIRouter
from fastapi.responses import Response

from desk.edge import TheDesk
from desk.pictures import service as pictures
from desk.pictures import serving
from desk.services import Desk
from desk.web.workbench.edge import TheStaff

router = APIRouter(prefix="/desk/pictures", include_in_schema=False)


@router.get("/{picture_id}")
def full(picture_id: str, desk: TheDesk, staff: TheStaff) -> Response:
    """Return a picture.

    Raises:
        NoPicture: there is none, or it has been deleted.
    """
    return _shown(desk, picture_id, small=False)


@router.get("/{picture_id}/small")
def small(picture_id: str, desk: TheDesk, staff: TheStaff) -> Response:
    """Return its small version; failures as for `full`."""
    return _shown(desk, picture_id, small=True)


def _shown(desk: Desk, picture_id: str, *, small: bool) -> Response:
    with desk.database.read() as session:
        picture = pictures.find(session, picture_id)
        return serving.served(desk.gallery.folder, picture, small=small)
