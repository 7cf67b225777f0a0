"""Processes of the service that are killed (SIGKILL) right before any step of what they do.

A step is a call of the catalogue or the payment provider, and a statement that writes. Between two
steps nothing changes anywhere, so whoever dies before each of them has died everywhere.

They are forked from a process that has imported everything, so that one takes milliseconds.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import django

ROOT: Final = Path(__file__).resolve().parents[2]
SURVIVED: Final = 0
KILLED: Final = -signal.SIGKILL
# A new order has no more steps than this, as tests see when nobody survives.
_MOST_STEPS: Final = 60


@dataclass
class Mortals:
    """Starts processes; each ``task`` says what one does, and before which step it dies.

    ``common`` is part of each task.
    """

    process: "subprocess.Popen[str]"
    common: dict[str, Any] = field(default_factory=dict)

    def live(self, **task: Any) -> int:
        """Let one live until its end; how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(self.common | task) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def at_every_step(self, task: Callable[[], dict[str, Any]]) -> Iterator[int]:
        """Let one die before the first step, another before the second, until one survives."""
        for step in count():
            assert step < _MOST_STEPS
            ended = self.live(**task(), dies_at=step)
            assert ended in (SURVIVED, KILLED)
            yield step
            if ended == SURVIVED:
                assert step > 3
                return


@contextmanager
def mortals() -> Iterator[Mortals]:
    """They end with the block."""
    command = [sys.executable, "-m", __spec__.name]
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Mortals(process)


def _serve() -> None:
    django.setup()
    # What all of them need, imported once.
    from . import lives

    for line in sys.stdin:
        task = json.loads(line)
        lives.prepare(task)
        child = os.fork()
        if not child:
            _live_and_end(partial(lives.live, task, Steps(task.get("dies_at", -1))))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _live_and_end(live: Callable[[], None]) -> None:
    """Do it, and leave nothing of the parent's to be cleaned up twice."""
    try:
        live()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(SURVIVED)


class Steps:
    """Counts what a process does, and ends it before the step it dies at: below 0 at none."""

    def __init__(self, dies_at: int) -> None:
        self._left = dies_at

    def counting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return real(*args, **kwargs)

        return counted

    def writing(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.step()
        return execute(sql, params, many, context)

    def step(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


if __name__ == "__main__":
    _serve()
