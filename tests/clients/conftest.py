"""What a frontend team has at hand: generated code, and a service with the demo's people."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, build_schema, parse, print_ast, validate

from tests.api import FOLDER, documents
from tests.journey.trial import Trial
from tests.live import ROOT, Live
from tests.node import CLIENTS, node

SNAPSHOT = ROOT / "schema" / "schema.graphql"
GENERATED = CLIENTS / "generated"
MEMBER = "15400000004"


@pytest.fixture(scope="session")
def operations() -> set[str]:
    """The names of the frontends' operations that the schema has; the tools find them in `generated/`."""
    schema = build_schema(SNAPSHOT.read_text(encoding="utf-8"))
    ready = {name for name, text in documents().items() if not validate(schema, parse(text))}
    written = [
        d for path in sorted(FOLDER.glob("*.graphql")) for d in parse(path.read_text(encoding="utf-8")).definitions
    ]
    kept = [d for d in written if not isinstance(d, OperationDefinitionNode) or (d.name and d.name.value in ready)]
    GENERATED.mkdir(exist_ok=True)
    (GENERATED / "operations.graphql").write_text("\n\n".join(map(print_ast, kept)), encoding="utf-8")
    return ready


@pytest.fixture(scope="session")
def generated(operations: set[str]) -> Path:
    """The folder with what graphql-codegen and Relay's compiler make of the operations."""
    (GENERATED / "relay").mkdir(exist_ok=True)
    node("node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen.ts")
    node("node_modules/relay-compiler/cli.js", "relay.config.json")
    node("bundle.js")
    return GENERATED


@pytest.fixture(scope="session")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """An installation with the demo's people."""
    folder = tmp_path_factory.mktemp("trial")
    return Trial({"DATA_DIR": str(folder), "ACCESS_LOG": "0"}, folder)


@pytest.fixture(scope="session")
def service(trial: Trial) -> Iterator[Live]:
    """The service as `make run` starts it."""
    with trial.serving() as service:
        yield service


@pytest.fixture(scope="session")
def trusting(trial: Trial, service: Live, generated: Path) -> Iterator[Live]:
    """A second process on the same data, which runs nothing but the documents of the manifest."""
    manifest = generated / "api" / "persisted-documents.json"
    with trial.serving(TRUSTED_DOCUMENTS=str(manifest), FREE_DOCUMENTS="0", WORKER="0") as service:
        yield service


@pytest.fixture(scope="session")
def visit(trial: Trial) -> Callable[[Live], dict[str, str]]:
    """Who asks whom, as the programs read it from their environment."""
    name = next(account["name"] for account in trial.accounts() if account["phone"] == MEMBER)

    def to(service: Live) -> dict[str, str]:
        token = trial.command("token", "--phone", MEMBER).strip()
        return {"URL": service.url, "TOKEN": token, "MEMBER": name}

    return to
