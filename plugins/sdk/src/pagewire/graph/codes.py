"""What an answer of the Graph API means for the caller: a table, and one pure function that reads it.

The pairs are those of Meta's messaging error reference and of what production clients report. Meta documents no HTTP
status a code, so a known code decides before the status does; texts are localised and change, so they only ever
refine a code that is already matched.
"""

from enum import StrEnum

__all__ = ["ErrorClass", "Fault", "classify", "classify_profile", "is_known"]


class ErrorClass(StrEnum):
    """What the caller does next; `pagewire.graph.errors` has an exception for each."""

    NOT_SENT = "not_sent"
    """The request never left this machine: send it again."""
    BACKOFF = "backoff"
    """Refused for being too much or too early: the same request later."""
    AMBIGUOUS = "ambiguous"
    """Done or not done, nobody knows: look before sending again."""
    REAUTH = "reauth"
    """The credential or its permissions: pause the channel until an operator renews them."""
    CONFIG = "config"
    """Something to change at Meta: pause, tell the operator."""
    PERMANENT = "permanent"
    """This request will never go."""
    UNREACHABLE = "unreachable"
    """This person cannot be written to until they write again."""
    POLICY = "policy"
    """A rule of the messaging window, a tag or an opt-in."""
    MEDIA = "media"
    """The attachment: another URL, kind or size."""
    THREAD = "thread"
    """Another app holds the conversation."""
    DONE = "done"
    """Already the case; record it."""
    IGNORE = "ignore"
    """Something optional is missing, such as a profile; go on without."""


class Fault(StrEnum):
    """What went wrong when there is no error object to read."""

    NOT_SENT = "not_sent"
    """DNS, TCP, TLS or the pool failed before the request was written."""
    LOST = "lost"
    """Time-out or loss of the connection after the request may have been written."""
    UNREADABLE = "unreadable"
    """An answer that is not Graph's: no JSON, no message id, a redirect, too long."""


B, AMB, RE, CFG = ErrorClass.BACKOFF, ErrorClass.AMBIGUOUS, ErrorClass.REAUTH, ErrorClass.CONFIG
PERM, UNR, POL, MED = ErrorClass.PERMANENT, ErrorClass.UNREACHABLE, ErrorClass.POLICY, ErrorClass.MEDIA
THR, DONE, IGN = ErrorClass.THREAD, ErrorClass.DONE, ErrorClass.IGNORE

# A code without a subcode, or with one that no other table names.
CODES: dict[int, ErrorClass] = {
    1: AMB,  # unknown; Meta has been seen to deliver and still answer so
    2: AMB,  # temporary; also answered when the person blocked us
    3: CFG,  # the app lacks the capability
    4: B,  # app request limit
    5: CFG,  # source address is not on the app's list
    9: POL,  # too many opt-in requests
    10: RE,  # permission denied or removed
    17: B,  # user request limit
    32: B,  # Page request limit
    100: PERM,  # bad parameter
    101: CFG,  # the app id is not valid
    102: RE,
    104: PERM,  # no access token was sent
    190: RE,
    230: IGN,  # no consent to read the profile
    341: CFG,  # temporarily blocked for abuse
    368: CFG,
    506: PERM,
    546: MED,  # file type
    551: UNR,
    613: B,
    803: PERM,  # no such object
    1200: AMB,  # temporary send failure (older)
    2022: CFG,  # commerce messages disabled
    2200: CFG,  # callback verification
    2201: CFG,
    2500: PERM,  # unknown path
    3801: PERM,  # block list full
    3802: B,  # blocked again too soon
    10303: PERM,
    10900: DONE,  # the comment has its private reply
    10902: PERM,
    36000: MED,
    36103: CFG,  # Instagram account not eligible
}

RANGES: tuple[tuple[range, ErrorClass], ...] = (
    (range(200, 300), CFG),  # all of Meta's 200s are permissions of the app
    (range(80000, 80100), B),  # business use case limits
    (range(2018389, 2018397), PERM),  # calling
    (range(2300000, 2300002), PERM),  # marketing campaigns
)

PAIRS: dict[tuple[int, int], ErrorClass] = {
    (1, 99): AMB,
    (1, 1357046): AMB,  # "invalid JSON": everything was delivered
    (2, 2018344): CFG,  # contact terms for labels
    (4, 2018022): B,
    (4, 2018354): POL,  # marketing frequency
    (9, 2018352): POL,
    (10, 1404170): POL,
    (10, 1893015): POL,  # the person stopped this topic
    (10, 1893063): CFG,  # the whole Page is restricted
    (10, 2018065): POL,
    (10, 2018108): UNR,
    (10, 2018278): POL,  # outside the window (Messenger)
    (10, 2018300): THR,
    (10, 2018336): PERM,  # regional privacy
    (10, 2534022): POL,  # outside the window (Instagram)
    (10, 2534077): RE,  # link between Page and Instagram account
    (100, 33): PERM,
    (100, 36007): RE,  # login code expired, 36008 redirect differs, 36009 code used
    (100, 36008): RE,
    (100, 36009): RE,
    (100, 1893061): PERM,  # retired message tag
    (100, 2018001): UNR,
    (100, 2018008): MED,
    (100, 2018014): PERM,
    (100, 2018034): PERM,
    (100, 2018047): MED,
    (100, 2018074): MED,
    (100, 2018109): MED,
    (100, 2018145): PERM,  # menu without Get Started
    (100, 2018164): PERM,
    (100, 2018276): CFG,  # HUMAN_AGENT not approved
    (100, 2018294): MED,
    (100, 2018320): PERM,
    (100, 2018328): PERM,
    (100, 2534013): CFG,
    (100, 2534014): UNR,
    (100, 2534015): PERM,
    (100, 2534025): PERM,
    (100, 2534029): CFG,  # the business is blocked from Instagram messaging
    (100, 2534037): THR,
    (200, 1545041): UNR,
    (200, 2018021): PERM,
    (200, 2018027): PERM,
    (200, 2018028): CFG,
    (200, 2534041): CFG,
    (551, 1545041): UNR,
    (613, 1996): B,
    (613, 1893016): POL,
    (613, 2018338): POL,  # tag misuse
    (613, 2534040): B,
}

# Meta's reference prints these alone; they have been seen as code and as subcode of several codes.
NUMBERS: dict[int, ErrorClass] = {
    2018144: PERM,
    2018154: PERM,
    2018163: PERM,
    2018166: PERM,
    2018171: THR,  # the app is not the receiver
    2018218: IGN,  # no profile
    2018234: THR,
    2018247: IGN,  # profile not permitted
    2018300: THR,
    2018321: THR,  # Meta's automated questions run
    9000001: IGN,  # deleted, or older than the newest 20
}

# (code, part of Meta's English text) where code and subcode leave two classes open.
TEXTS: tuple[tuple[int, str, ErrorClass], ...] = (
    (10, "outside of allowed window", POL),
    (100, "unsupported request - method type", CFG),  # app or host, never this message
    (100, "appsecret_proof", CFG),  # the app secret is wrong or missing, the token is not
    (230, "pages_messaging", CFG),
)


def classify(  # noqa: PLR0911 - one answer a rule, in the order in which the rules hold
    code: int | None = None,
    subcode: int | None = None,
    *,
    http_status: int | None = None,
    is_transient: bool = False,
    fault: Fault | None = None,
    message: str = "",
) -> ErrorClass:
    """Say what one failed call means.

    Args:
        code: Meta's `error.code`.
        subcode: Meta's `error.error_subcode`.
        http_status: status of the answer, if there was one.
        is_transient: Meta's `error.is_transient`; only counts for pairs that the table does not know.
        fault: what the transport or the answer's form says; stands above everything else.
        message: Meta's `error.message`, used only where a known code has two meanings.
    """
    if fault is Fault.NOT_SENT:
        return ErrorClass.NOT_SENT
    if fault is Fault.LOST:
        return ErrorClass.AMBIGUOUS
    if code is None or fault is Fault.UNREADABLE:
        return ErrorClass.BACKOFF if http_status == 429 else ErrorClass.AMBIGUOUS
    exact = _exact(code, subcode, message.lower())
    if exact is not None:
        return exact
    loose = _alone(code)
    if loose in {B, AMB, RE, CFG} and code != 10:
        return loose
    if http_status == 429:
        return ErrorClass.BACKOFF
    if is_transient or (http_status or 0) >= 500:
        return ErrorClass.AMBIGUOUS
    # An unknown rule under 10 is far more often a rule for this message than a lost permission.
    return POL if code == 10 else loose or ErrorClass.PERMANENT


def classify_profile(kind: ErrorClass, code: int | None) -> ErrorClass:
    """Soften `kind` for a profile look-up: a person without a readable profile can still be answered."""
    optional = {PERM, UNR, POL}
    return IGN if kind in optional or (kind is RE and code == 10) else kind


def is_known(code: int | None, subcode: int | None) -> bool:
    """Whether the table has this very pair; an unknown one deserves an alert with its `fbtrace_id`."""
    return code is not None and _exact(code, subcode, "") is not None


def _exact(code: int, subcode: int | None, text: str) -> ErrorClass | None:
    for wanted, part, kind in TEXTS:
        if code == wanted and part in text and not (subcode and (code, subcode) in PAIRS):
            return kind
    if not subcode:
        return _alone(code)
    if code in {102, 190}:
        return RE  # any subcode: Meta keeps adding reasons
    return PAIRS.get((code, subcode)) or NUMBERS.get(subcode) or _range(subcode)


def _alone(code: int) -> ErrorClass | None:
    return CODES.get(code) or NUMBERS.get(code) or _range(code)


def _range(number: int) -> ErrorClass | None:
    return next((kind for numbers, kind in RANGES if number in numbers), None)
