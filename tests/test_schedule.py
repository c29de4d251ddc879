"""The schedule in the running program: it ticks in the worker and in the one process, and each job has its place."""

import asyncio

from bot.app import App
from bot.jobs.schedule import JOBS
from bot.knowledge.answer import Knowledge
from bot.settings import Settings
from storage.changes import Changes
from storage.jobs import Jobs
from tests.chat import NOON
from tests.conftest import Bot


async def test_the_program_arranges_its_jobs_and_ticks_until_it_stops(database_url: str, knowledge: Knowledge) -> None:
    app = App(Settings(database_url=database_url, _env_file=None), knowledge=knowledge)  # type: ignore[call-arg]
    app.add_schedule()
    await app.start(listen=False)
    try:
        await asyncio.wait_for(app.scheduler.took_lead.wait(), 20)
        await app.scheduler.idle()
        rows = await Jobs(app.database, Changes()).all()
        assert [row.name for row in rows] == sorted(job.name for job in JOBS)
        assert {row.zone for row in rows} == {"Asia/Ho_Chi_Minh"}
    finally:
        await app.stop()
    assert not app.scheduler.leading


async def test_every_job_of_the_table_can_run_on_an_empty_database(app: Bot) -> None:
    await app.app.scheduler.tick(NOON)
    jobs = Changes()
    for job in JOBS:
        Jobs(app.database, jobs).ask_to_run(job.name, None, NOON)
    async with app.database.writing() as connection:
        for statement in jobs.statements:
            await connection.execute(statement)

    await app.app.scheduler.tick(NOON)

    rows = await Jobs(app.database, Changes()).all()
    assert {row.name: (row.last_result, row.last_error) for row in rows} == {job.name: ("done", "") for job in JOBS}
