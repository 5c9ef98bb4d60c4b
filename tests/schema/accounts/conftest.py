"""What the tests of accounts share."""

import pytest

from resolvers.accounts import sending
from tests.api import Api
from tests.factories.codes import Inbox


@pytest.fixture
def inbox(api: Api) -> Inbox:
    """The messages that the service sends."""
    box = Inbox()
    sending.use(box)
    return box
