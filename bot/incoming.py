"""Files that a person sent: their bytes, within the limit of what the bot takes."""

from bot.errors import ChannelError, UserError
from bot.i18n import t
from bot.message import MAX_FILE_BYTES, Attachment


async def fetched(attachment: Attachment) -> bytes:
    """The bytes of a file. Raises UserError when it is too big or cannot be had."""
    too_big = t("The file is too big; at most {megabytes} MB.", megabytes=MAX_FILE_BYTES // (1024 * 1024))
    if attachment.size > MAX_FILE_BYTES:
        raise UserError(too_big)
    try:
        content = await attachment.read()
    except ChannelError:
        raise UserError(t("I could not fetch the file. Please send it once more.")) from None
    if len(content) > MAX_FILE_BYTES:
        raise UserError(too_big)
    return content
