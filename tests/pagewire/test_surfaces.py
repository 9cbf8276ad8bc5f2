"""Which surface an account is on."""

import pytest

from pagewire.surfaces import Surface, surface_of


@pytest.mark.parametrize(
    ("object_", "host", "surface", "is_instagram"),
    [
        ("page", "facebook", Surface.MESSENGER, False),
        ("instagram", "facebook", Surface.INSTAGRAM, True),
        ("instagram", "instagram", Surface.INSTAGRAM_LOGIN, True),
    ],
)
def test_object_and_host_tell_the_surface(object_: str, host: str, surface: Surface, is_instagram: bool) -> None:
    assert surface_of(object_, host) is surface
    assert surface.is_instagram is is_instagram
    assert surface.label


@pytest.mark.parametrize(("object_", "host"), [("page", "instagram"), ("user", "facebook"), ("instagram", "")])
def test_there_is_no_other_surface(object_: str, host: str) -> None:
    with pytest.raises(ValueError, match="no account has object"):
        surface_of(object_, host)
