"""The errors that the program names.

    BanHocError
    ├── UserError               the person can mend it; its text is shown as it is
    │   └── NotAllowed          the person's role or unit does not cover it
    ├── NotAnAnswer             the text does not answer the open question: the router reads it afresh
    ├── Conflict                another turn changed the same rows first: run the turn again
    ├── SettingsError           a wrong setting: the start stops with one line
    └── ChannelError            a channel did not take a message
        ├── Retry               try again later (`after` seconds: 429, network, 5xx)
        ├── Unreachable         blocked, left or deleted: stop sending to that account
        └── Rejected            the message itself is refused and would be refused again
            └── Unanswered      it may have arrived and must not be sent again
"""

from bot.i18n import Text


class BanHocError(Exception):
    """Base of all our errors."""


class UserError(BanHocError):
    """Something that the person can mend; `text` says what was wrong and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.msgid)
        self.text = text


class NotAllowed(UserError):
    """The person's role or unit does not cover what was asked."""


class NotAnAnswer(BanHocError):
    """Raised by an answer handler: the message does not answer the open question."""


class Conflict(BanHocError):
    """Another turn changed the same rows first."""


class SettingsError(BanHocError):
    """A setting is wrong; the message is one clear line."""


class ChannelError(BanHocError):
    """A channel did not take a message."""


class Retry(ChannelError):
    """Not now: try again after `after` seconds."""

    def __init__(self, reason: str, after: float = 5.0, *, tried: bool = True, doubtful: bool = False) -> None:
        """`tried` False: nothing was asked of the vendor, so it counts as no attempt; `doubtful`: no answer came, the
        message may have arrived."""
        super().__init__(reason)
        self.after = after
        self.tried = tried
        self.doubtful = doubtful


class Unreachable(ChannelError):
    """The person blocked the bot or is gone: stop sending to that account."""


class Rejected(ChannelError):
    """The channel refuses this very message and would refuse it again."""


class Unanswered(Rejected):
    """No answer came: it may have arrived, and a second one would be worse than none."""
