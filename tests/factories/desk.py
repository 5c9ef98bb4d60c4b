"""Working cases as frontends do: through their documents, over HTTP."""

from typing import Any

from tests.api import Api


class Case:
    """A case, seen and moved by whoever acts; its version is the last one that was answered."""

    def __init__(self, card: dict[str, Any]) -> None:
        self.id: str = card["id"]
        self.version: int = card["version"]
        self.status: str = card["status"]
        self.step: str | None = card["step"] and card["step"]["code"]

    async def move(self, staff: Api, to: str, **more: Any) -> list[str]:
        """Change its status; the codes of the errors."""
        return self._seen(
            await staff("ChangeCaseStatus", input={"id": self.id, "to": to, "version": self.version, **more})
        )

    async def sign(self, staff: Api, outcome: str = "AGREE", step: str | None = None, **more: Any) -> list[str]:
        """Sign the step at which it stands; the codes of the errors."""
        given = {"id": self.id, "version": self.version, "step": step or self.step, "outcome": outcome, **more}
        return self._seen(await staff("SignStep", input=given))

    async def look(self, viewer: Api) -> Any:
        """The whole file as somebody sees it; None when it is hidden from them."""
        file = await viewer("CaseForStaff", id=self.id)
        if file:
            self._take(file)
        return file

    async def actions(self, viewer: Api) -> set[str]:
        """What somebody may do with it now."""
        return {item["action"] for item in (await self.look(viewer))["allowedActions"]}

    def _seen(self, answer: dict[str, Any]) -> list[str]:
        if answer["case"] and not answer["userErrors"]:
            self._take(answer["case"])
        return [error["code"] for error in answer["userErrors"]]

    def _take(self, card: dict[str, Any]) -> None:
        self.version, self.status = card["version"], card["status"]
        self.step = card["step"] and card["step"]["code"]


async def queue(staff: Api, organisation: str) -> list[str]:
    """The ids in a union's queue."""
    page = await staff("StaffQueue", organisationId=organisation, first=50)
    return [node["id"] for node in (edge["node"] for edge in page["edges"])]
