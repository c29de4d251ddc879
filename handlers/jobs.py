"""The jobs that run by the clock, for admins: look, run now, pause, go on."""

from bot.i18n import joined, t
from bot.job_list import JOBS_BY_NAME, details, found, line, must_be_admin, pause, resume, run_now, store
from bot.message import Button, Message, Reply
from bot.routes import ADMINS, Routes
from bot.turn import Turn

routes = Routes()


@routes.command("congviec", menu=t("Jobs that run by the clock"), who=ADMINS)
async def jobs(message: Message, turn: Turn, rest: str) -> Reply:
    """Every job: its last and next run, and a button for each."""
    return await _list(turn)


@routes.tap("job.list")
async def listed(message: Message, turn: Turn) -> Reply:
    """The same."""
    return await _list(turn)


async def _list(turn: Turn) -> Reply:
    await must_be_admin(turn)
    rows = [row for row in await store(turn).all() if row.name in JOBS_BY_NAME]
    if not rows:
        return Reply(
            t("No process has run the schedule yet: it begins with `python -m bot` or `python -m bot worker`.")
        )
    lines = joined([line(number, row) for number, row in enumerate(rows, 1)], "\n")
    buttons = [
        Button(t("{number}. {title}", number=str(number), title=JOBS_BY_NAME[row.name].title), "job", (row.name,))
        for number, row in enumerate(rows, 1)
    ]
    return Reply(t("Jobs that run by the clock:\n{lines}", lines=lines), tuple(buttons))


@routes.tap("job")
async def one(message: Message, turn: Turn, name: str) -> Reply:
    """One job with its last runs."""
    job, row = await found(turn, name)
    other = Button(t("Go on"), "job.go", (name,)) if row.paused else Button(t("Pause"), "job.pause", (name,))
    buttons = (Button(t("Run now"), "job.run", (name,)), other, Button(t("All jobs"), "job.list"))
    return Reply(await details(turn, job, row), buttons)


@routes.tap("job.run")
async def run(message: Message, turn: Turn, name: str) -> Reply:
    """Run it at once."""
    job, row = await found(turn, name)
    run_now(turn, row)
    text = t("“{title}” runs within a few seconds; its result stands in the list then.", title=job.title)
    return Reply(text, (Button(t("All jobs"), "job.list"),))


@routes.tap("job.pause")
async def paused(message: Message, turn: Turn, name: str) -> Reply:
    """Stop it."""
    job, row = await found(turn, name)
    pause(turn, row)
    text = t("Paused: “{title}” does not run until it goes on. What it misses is not made up for.", title=job.title)
    return Reply(text, (Button(t("Go on"), "job.go", (name,)), Button(t("All jobs"), "job.list")))


@routes.tap("job.go")
async def resumed(message: Message, turn: Turn, name: str) -> Reply:
    """Let it go on."""
    job, row = await found(turn, name)
    resume(turn, job, row)
    text = t("“{title}” goes on by the clock.", title=job.title)
    return Reply(text, (Button(t("Pause"), "job.pause", (name,)), Button(t("All jobs"), "job.list")))
