"""What every race may ask for."""

from pathlib import Path

import pytest

from models.kit.settings import Settings
from tests.races.scene import Course


@pytest.fixture
def course(database: None, settings: Settings, tmp_path: Path) -> Course:
    """Where a race is run."""
    return Course(settings.database_url, tmp_path)
