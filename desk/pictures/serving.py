"""How a picture leaves the desk: as pixels of a fixed type and as nothing else."""

from fastapi.responses import Response

from desk.pictures.checking import SMALL_TYPE
from desk.pictures.folder import Folder
from desk.pictures.model import Picture

_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",  # scripts that show a token may come from elsewhere
    "Vary": "Authorization, Cookie",
    "X-Content-Type-Options": "nosniff",
}


def served(folder: Folder, picture: Picture, *, small: bool) -> Response:
    """Return the picture, or its small version, to someone who may see it.

    Raises:
        NoPicture: its file has been deleted.
    """
    media_type = SMALL_TYPE if small else picture.media_type
    return Response(folder.get(picture.file, small=small), media_type=media_type, headers=_HEADERS)
