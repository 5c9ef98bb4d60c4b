"""Documents made ready to run: parsed, measured and validated once, then kept in a bounded cache."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    parse,
    recommended_rules,
    specified_rules,
    validate,
)
from graphql.validation import ASTValidationRule
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError

from models.kit.errors import ApiCode, ApiError
from models.kit.settings import SettingsError
from schema.kit import limits, trusted
from schema.kit.cost import Prices

KEPT = 500  # documents
KEPT_CHARACTERS = 500_000  # of their texts; a parsed document takes some 200 times its text
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = limits.MAX_COMPARING


class DocumentError(Exception):
    """A document that cannot run: its errors and their common code."""

    def __init__(self, code: ApiCode, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class Ready(NamedTuple):
    """A document that can run, and what its operations cost."""

    document: DocumentNode
    prices: Prices


# Asked about a document that is new, after it was parsed and before the dear part; may raise ApiError.
Admit = Callable[[DocumentNode], None]


class Documents:
    """The documents of one schema. Only good ones are kept.

    `trusted` are known from the start by their hashes; unless `free`, no others are taken.
    """

    def __init__(self, schema: GraphQLSchema, *, introspection: bool, trusted: Mapping[str, str], free: bool) -> None:
        self._schema = schema
        self._introspection = introspection
        hidden: list[type[ASTValidationRule]] = [] if introspection else [NoSchemaIntrospectionCustomRule]
        self._rules = [*specified_rules, *recommended_rules, *hidden]
        self._ready: OrderedDict[str, Ready] = OrderedDict()
        self._characters = 0
        self._free = free
        self._trusted = {hash: self._trust(hash, text) for hash, text in trusted.items()}

    def _trust(self, hash: str, text: str) -> Ready:
        try:
            return self._prepare(text)
        except DocumentError as error:
            raise SettingsError(f"TRUSTED_DOCUMENTS: {hash}: {error.errors[0].message}") from None
        except ApiError as error:
            raise SettingsError(f"TRUSTED_DOCUMENTS: {hash}: {error.code}") from None

    def find(self, text: str | None, hash: str | None, admit: Admit | None = None) -> Ready:
        """The document of a text, of a hash, or of a text that was sent with its hash; raises as `get` does,
        BAD_USER_INPUT, PERSISTED_QUERY_NOT_FOUND or DOCUMENT_NOT_TRUSTED."""
        if text is None or (hash and not text):  # clients of sockets can empty the text, but not leave it out
            if hash not in self._trusted:
                raise ApiError(ApiCode.PERSISTED_QUERY_NOT_FOUND)
            return self._trusted[hash]
        if hash and hash != trusted.digest(text):
            raise ApiError(ApiCode.BAD_USER_INPUT)
        if self._free:
            return self.get(text, admit)
        if (known := hash or trusted.digest(text)) not in self._trusted:
            raise ApiError(ApiCode.DOCUMENT_NOT_TRUSTED)
        return self._trusted[known]

    def get(self, text: str, admit: Admit | None = None) -> Ready:
        """The document of a text; raises DocumentError, QUERY_TOO_COMPLEX or what `admit` raises."""
        if text in self._ready:
            self._ready.move_to_end(text)
            return self._ready[text]
        try:
            ready = self._prepare(text, admit)
        except RecursionError:
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX) from None
        self._keep(text, ready)
        return ready

    def _keep(self, text: str, ready: Ready) -> None:
        self._ready[text] = ready
        self._characters += len(text)
        while len(self._ready) > KEPT or self._characters > KEPT_CHARACTERS:
            oldest, _ = self._ready.popitem(last=False)
            self._characters -= len(oldest)

    def _prepare(self, text: str, admit: Admit | None = None) -> Ready:
        document = _parsed(text)
        limits.check(document)
        if admit:
            admit(document)
        errors = validate(self._schema, document, self._rules, max_errors=5, hide_suggestions=not self._introspection)
        if errors and isinstance(errors[0], ValidationAbortedError):
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX)
        if errors:
            raise DocumentError(ApiCode.GRAPHQL_VALIDATION_FAILED, self._kept_short(errors))
        return Ready(document, Prices(self._schema, document))

    def _kept_short(self, errors: list[GraphQLError]) -> list[GraphQLError]:
        """Errors without the hints that graphql gives whether or not it is to hide suggestions."""
        if not self._introspection:
            for error in errors:
                error.message = error.message.partition(" Did you mean ")[0]
        return errors


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(
            text,
            max_lexical_tokens=limits.MAX_TOKENS,
            max_comments=limits.MAX_COMMENTS,
            max_source_length=limits.MAX_SOURCE,
        )
    except GraphQLSyntaxError as error:
        if "Parsing aborted" in error.message:
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX) from None
        raise DocumentError(ApiCode.GRAPHQL_PARSE_FAILED, [error]) from None
