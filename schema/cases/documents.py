"""What applicants do with the documents of their cases."""

import strawberry

from resolvers.cases import documents
from schema.cases.filing import CasePayload
from schema.kit.build import change, input_type, output
from schema.kit.inputs import given, id_of


@input_type
class AttachDocumentInput:
    """Which file is given for which document of a case."""

    id: strawberry.ID = id_of("Case", "The case.")
    upload_id: strawberry.ID = id_of("Upload", "What `POST /uploads` answered; each upload is attached once.")
    kind: str = given("The kind of document, as in `documents` of the case or its programme.")
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@input_type
class RemoveDocumentInput:
    """Which document's file to take back."""

    id: strawberry.ID = id_of("CaseDocument", "The document.")
    idempotency_key: str | None = given("Repeats with the same key have one effect.", default=None)


@output
class AttachDocumentPayload(CasePayload):
    """The outcome of attachDocument."""


@output
class RemoveDocumentPayload(CasePayload):
    """The outcome of removeDocument."""


@output
class DocumentMutations:
    """What applicants do with the documents of their cases."""

    attach_document: AttachDocumentPayload | None = change(
        documents.attach_document,
        AttachDocumentInput,
        "Give an uploaded file for a document, instead of the one before. With the last document that was missing, a"
        " case accepted pending documents is accepted.",
    )
    remove_document: RemoveDocumentPayload | None = change(
        documents.remove_document, RemoveDocumentInput, "Take the file of a document back; it is missing again."
    )
