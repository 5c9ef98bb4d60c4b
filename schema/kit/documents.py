"""Documents made ready to run: parsed, measured and validated once, then kept in a bounded cache."""

from collections import OrderedDict

from graphql import DocumentNode, GraphQLError, GraphQLSchema, GraphQLSyntaxError, parse, validate

from models.kit.errors import ApiCode, ApiError
from schema.kit import limits


class DocumentError(Exception):
    """A document that cannot run: its errors and their common code."""

    def __init__(self, code: ApiCode, errors: list[GraphQLError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class Documents:
    """The documents of one schema. Only good ones are kept."""

    def __init__(self, schema: GraphQLSchema, size: int = 500) -> None:
        self._schema = schema
        self._size = size
        self._ready: OrderedDict[str, DocumentNode] = OrderedDict()

    def get(self, text: str) -> DocumentNode:
        """The document of a text; raises DocumentError or QUERY_TOO_COMPLEX."""
        if text in self._ready:
            self._ready.move_to_end(text)
            return self._ready[text]
        document = self._prepare(text)
        self._ready[text] = document
        if len(self._ready) > self._size:
            self._ready.popitem(last=False)
        return document

    def _prepare(self, text: str) -> DocumentNode:
        if len(text) > limits.MAX_SOURCE:
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX)
        try:
            document = parse(text, max_tokens=limits.MAX_TOKENS)
        except GraphQLSyntaxError as error:
            if "Parsing aborted" in error.message:
                raise ApiError(ApiCode.QUERY_TOO_COMPLEX) from None
            raise DocumentError(ApiCode.GRAPHQL_PARSE_FAILED, [error]) from None
        except RecursionError:
            raise ApiError(ApiCode.QUERY_TOO_COMPLEX) from None
        limits.check(document)
        errors = validate(self._schema, document, max_errors=5)
        if errors:
            raise DocumentError(ApiCode.GRAPHQL_VALIDATION_FAILED, errors)
        return document
