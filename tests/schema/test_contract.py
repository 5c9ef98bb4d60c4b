"""The contract with the frontends: the checked-in schema, its descriptions, their operations, and every text."""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    parse,
    specified_scalar_types,
    validate,
)

from models.kit.codes import ErrorCode
from models.kit.errors import ApiCode
from models.kit.texts import FOLDER, LOCALES, catalogue
from schema import roots
from tests.api import documents

SNAPSHOT = Path(roots.__file__).parent / "schema.graphql"
SCHEMA = roots.build()
# Operations of domains that are not built yet.
LATER = {
    "SubmitClaim", "EstimateClaim", "RequestLegalAid", "AppealDecision",
    "CompetitionResults", "Vouchers", "ClaimVoucher", "Jobs", "ApplyForJob",
    "MyMutualAid", "CaseAsOf", "PreparePayments", "ReleasePayments", "RecordPaymentResult", "EnrolInMutualAid",
    "ReferToAgency", "EarlyWarnings", "RunReliefCampaign", "DrawLottery", "ServiceReport",
}  # fmt: skip


def test_the_schema_is_the_one_that_is_checked_in() -> None:
    assert SCHEMA.as_str() == SNAPSHOT.read_text(encoding="utf-8").rstrip("\n"), "run `make schema`"


def undescribed(kind: GraphQLNamedType) -> list[str]:
    """What of a type has no description."""
    missing = [] if kind.description else [kind.name]
    if isinstance(kind, GraphQLEnumType):
        missing += [f"{kind.name}.{name}" for name, value in kind.values.items() if not value.description]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        missing += [f"{kind.name}.{name}" for name, field in kind.fields.items() if not field.description]
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            missing += [f"{kind.name}.{name}({arg})" for arg, value in field.args.items() if not value.description]
    return missing


def test_everything_a_frontend_meets_is_described() -> None:
    own = [kind for kind in SCHEMA._schema.type_map.values() if not kind.name.startswith("__")]
    assert [name for kind in own if kind.name not in specified_scalar_types for name in undescribed(kind)] == []


@pytest.mark.parametrize("name", sorted(set(documents()) - LATER))
def test_an_operation_of_the_frontends_fits_the_schema(name: str) -> None:
    assert validate(SCHEMA._schema, parse(documents()[name])) == []


def test_operations_that_come_later_are_named_as_such() -> None:
    assert set(documents()) >= LATER
    assert [name for name in LATER if not validate(SCHEMA._schema, parse(documents()[name]))] == []


def keys(locale: str) -> dict[str, set[str]]:
    """Every text of a language with its placeholders."""
    texts = catalogue(locale)._catalog  # type: ignore[attr-defined]
    return {key: set(re.findall(r"{(\w+)}", text)) for key, text in texts.items() if key}


def test_every_text_is_there_in_both_languages_with_the_same_placeholders() -> None:
    chinese, english = (keys(locale) for locale in LOCALES)
    assert chinese == english


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_words(locale: str) -> None:
    wanted = {f"error.{code}" for code in ErrorCode} | {f"api.{code}" for code in ApiCode}
    assert wanted - set(keys(locale)) == set()
    assert list((FOLDER / locale).glob("*.po"))
