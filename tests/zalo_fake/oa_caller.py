"""One process of several that want a token at once: `oa_caller DATABASE OAUTH-URL CALLERS STALE-TOKEN`."""

import asyncio
import json
import sys

from bot.channels.zalo_oa_oauth import OAuth
from bot.channels.zalo_oa_tokens import Rotation
from bot.errors import Retry
from storage.commits import Committer
from storage.database import Database
from storage.zalo_tokens import ZaloTokens
from tests.zalo_fake.oa import APP_ID, APP_SECRET


async def main(database_url: str, oauth_url: str, callers: int, stale: str) -> None:
    """Print `ready`, wait for a line, let all callers refresh at once, print the tokens they got (or the refusal)."""
    database = Database(database_url)
    committer = Committer(database)
    rotation = Rotation(OAuth(APP_ID, APP_SECRET, oauth_url), ZaloTokens(database, committer, APP_ID))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    got = await asyncio.gather(*(_one(rotation, stale) for _ in range(callers)))
    print(json.dumps(got), flush=True)
    await rotation.close()
    await committer.close()
    await database.close()


async def _one(rotation: Rotation, stale: str) -> str:
    try:
        return await rotation.refresh(stale)
    except Retry as error:
        return f"refused: {error}"


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
