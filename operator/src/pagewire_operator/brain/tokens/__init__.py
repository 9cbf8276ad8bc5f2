"""AccessToken: App, Client, User, Page and SystemUser tokens, and those of Instagram Login.

`sources` says what a token is made from, `inspect` what Meta says of it, `plan` what is to be done, `making` how,
`writing` where it is kept, `renewal` when the next one is due, `verdict` and `status` what people are told.
"""

from .kind import AccessTokenKind

__all__ = ["AccessTokenKind"]
