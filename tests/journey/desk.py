"""The staff of a member's unions, who do whatever `allowedActions` offers them."""

from typing import Any

from tests.api import Api

Row = dict[str, Any]
FORWARD = ("ACCEPT", "APPROVE", "FULFIL", "CLOSE", "SIGN_STEP")


async def work(staff: list[Api], case_id: str, today: str) -> Row:
    """Move a case on as far as it goes now; the case as its staff see it in the end."""
    while True:
        seen = [(desk, await desk("CaseForStaff", id=case_id)) for desk in staff]
        todo = [(desk, case, _next(case)) for desk, case in seen if case and _next(case)]
        if not todo:
            return dict(seen[-1][1])
        desk, case, action = todo[0]
        assert action
        await _do(desk, case, action, today)


def _next(case: Row) -> Row | None:
    offered = {item["action"]: item for item in case["allowedActions"]}
    if case["step"] and case["step"]["code"] == "publicity":
        return None
    return next((offered[name] for name in FORWARD if name in offered), None)


async def _do(desk: Api, case: Row, action: Row, today: str) -> None:
    known = {"id": case["id"], "version": case["version"]}
    if action["action"] == "SIGN_STEP":
        visit = {"visitedOn": today, "visitors": ["张伟", "李娜"], "findings": "情况属实"}
        given = {"visit": visit} if "VISIT" in action["needs"] else {}
        signed = {**known, "step": case["step"]["code"], "outcome": "AGREE", "opinion": "同意", **given}
        answer = await desk("SignStep", input=signed)
    else:
        answer = await desk("ChangeCaseStatus", input={**known, "to": action["to"], "reason": "符合条件"})
    assert answer["userErrors"] == [], (action, answer["userErrors"])
