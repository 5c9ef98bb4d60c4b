"""Plain SQL answers alike on both engines."""

from datetime import timedelta

from models.kit import db, outbox


async def test_a_statement_says_how_many_rows_it_wrote(database: None) -> None:
    insert = "INSERT INTO counter (name, value) VALUES (:1, 1) ON CONFLICT (name) DO NOTHING"
    assert [await db.execute(insert, "a"), await db.execute(insert, "a")] == [1, 0]
    assert await db.execute("UPDATE counter SET value = 2") == 1
    assert await db.execute("DELETE FROM counter") == 1


async def test_a_list_is_one_parameter(database: None) -> None:
    sql = "SELECT code FROM division WHERE code {}".format(db.among(":1"))
    found = await db.rows(sql, ["330302", "330303", "x"])
    assert sorted(row["code"] for row in found) == ["330302", "330303"]


async def test_one_worker_is_elected_for_a_periodic_job(database: None) -> None:
    every = timedelta(minutes=1)
    assert [await outbox.elect("job", every), await outbox.elect("job", every)] == [True, False]
