"""Why a picture was not taken or not found, in the customer's words."""

from desk.errors import BadRequest, DeskError, NotFound, TooLarge


class PictureTooBig(TooLarge):
    """Too many bytes."""

    code, message = "picture_too_big", "图片超过 5 MB 了，请裁剪或压缩后再发"


class TooManyPixels(BadRequest):
    """Small as a file, huge when decoded."""

    code, message = "picture_too_many_pixels", "图片尺寸太大（最多 4000 万像素），请截取一部分再发"


class NotAPicture(BadRequest):
    """Not one of the formats, whatever the sender calls it."""

    code, message = "not_a_picture", "这个文件不是图片。可以发 PNG、JPEG 或 WebP 格式的截图、照片"


class BrokenPicture(BadRequest):
    """One of the formats by its beginning, but it cannot be decoded."""

    code, message = "broken_picture", "这张图片已损坏，打不开，请重新截图再发"


class TooManyPictures(BadRequest):
    """Over the limit of a day."""

    code, message = "too_many_pictures", "今天发的图片太多了，请明天再发，或者用文字说明"


class NotKept(DeskError):
    """There is no room for it on our side."""

    code, status, message = "picture_not_kept", 503, "图片暂时存不下来，请稍后再试"


class NoPicture(NotFound):
    """No such picture, not the asker's, or deleted in the meantime."""

    code, message = "no_picture", "图片已过期删除，或者不存在"
