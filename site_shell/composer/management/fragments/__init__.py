"""The subcommands of ``manage.py fragments``, each in the module of its kind."""

from .action import Action, Job
from .changing import KILL, PROMOTE, REGISTER, ROLLBACK, SHIFT
from .checking import CHECK
from .listing import LIST, SHOW
from .purging import PURGE

__all__ = ["ACTIONS", "Action", "Job"]

ACTIONS: tuple[Action, ...] = (LIST, SHOW, REGISTER, SHIFT, PROMOTE, ROLLBACK, KILL, CHECK, PURGE)
