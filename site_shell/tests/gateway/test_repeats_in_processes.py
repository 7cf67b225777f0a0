"""What is sent twice is done once, also if two processes hear of it at once."""

import subprocess
import sys
from pathlib import Path

from django.core.cache.backends.filebased import FileBasedCache

PROCESS = """
import asyncio, sys
from pathlib import Path
import django
from django.conf import settings
settings.configure()
from django.core.cache.backends.filebased import FileBasedCache
from site_shell.composer.store.backend import Backend
from site_shell.gateway.repeats import Repeats, Sending
from site_shell.gateway.verdict import GoTo

async def main(folder):
    async def order():
        with (folder / "orders").open("a") as orders:
            orders.write("order\\n")
        await asyncio.sleep(0.3)
        return GoTo("/orders/1/"), True
    repeats = Repeats(Backend(FileBasedCache(str(folder / "cache"), {}), timeout=60), patience=60)
    print("ready", flush=True)
    sys.stdin.readline()
    verdict, _ = await repeats.once(Sending("key", "body", 60), order)
    print(verdict.location, flush=True)

asyncio.run(main(Path(sys.argv[1])))
"""


def test_of_several_processes_one_does_it_and_all_answer(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROCESS, str(tmp_path)]
    root = Path(__file__).parents[3]
    workers = [
        subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert [worker.communicate(timeout=300)[0] for worker in workers] == ["/orders/1/\n"] * 2
    assert (tmp_path / "orders").read_text() == "order\n"
    assert FileBasedCache(str(tmp_path / "cache"), {}).get("action:key") is not None
