"""What a browser has to say against a page: errors, warnings, broken policies, missing files."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

# In a page without script nobody hears this event; what it tells is on the console as well.
_LISTEN = """document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`the policy forbids ${event.violatedDirective} ${event.blockedURI}`);
});"""
# Said of every answer from 400 on, and judged in _hear_response.
_STATUS = ("Failed to load resource: the server responded with", "Response Status Error Code")
# A fade from page to page that somebody's next click cut short; nothing waits for it.
_FADE = "Transition was "
# Said after some seconds, so that only slow tests would hear it.
_UNUSED = "was preloaded using link preload but not used"


class Complaints:
    """Collects them from all pages of the contexts it listens to."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(_LISTEN)
        context.on("console", self._hear_console)
        context.on("weberror", self._hear_error)
        context.on("response", self._hear_response)

    def _hear_error(self, error: WebError) -> None:
        if not str(error.error).startswith(_FADE):
            self.found.append(f"uncaught: {error.error}")

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if not message.text.startswith(_STATUS) and _UNUSED not in message.text:
            self.found.append(f"{message.type}: {message.text}")

    def _hear_response(self, response: Response) -> None:
        """A page or an action may answer that it cannot; what belongs to a page must be there."""
        is_part = response.request.resource_type not in {"document", "xhr", "fetch"}
        if is_part and response.status >= 400:
            self.found.append(f"{response.status}: {response.url}")
