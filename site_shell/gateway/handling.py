"""From an action that a browser sent to the answer that it gets."""

import logging
from typing import Final

from fragment_contract import wire
from fragment_contract.manifest import ACTION_BYTES, Action

from ..composer.asking import reason_of
from ..composer.audience import EVERYBODY, Audience, Audiences
from ..composer.budget import Budget
from ..composer.errors import (
    ComposerError,
    FetchTimeout,
    RequestTooLarge,
    UnknownFragment,
)
from ..composer.identity import Caller
from ..composer.known_manifest import KnownManifest
from ..composer.manifest import ManifestClient
from ..composer.measures import Measures
from ..composer.reply import Answer
from ..composer.rollouts import Rollouts
from ..composer.site import Site
from ..composer.staged import Service, Stage
from ..composer.transport.guarded import ReleaseTransport
from .admission import Admission, Stop, not_allowed, visitor_of
from .answering import Answering
from .forwarding import METHODS, Method, Post, forwarded
from .keys import BadKey, fingerprint, given_key, scoped
from .limits import Counters
from .newcomers import Newcomers, first_visit
from .proxying import READS, passed_on, proxied, target_of
from .repeats import DOUBLE_CLICK, KEPT, Done, Repeats, Sending
from .strangers import UNAUTHORIZED, stranger
from .verdict import Refused, Verdict, judge

logger = logging.getLogger(__name__)

_FAILED: Final = 400
# Less than the 10 s after which the pages' htmx gives up: whoever waits should get an answer.
SECONDS: Final = 8.0


class Gateway:
    """Carries actions to the services that declare them.

    ``seconds`` is the time for what follows when a body is there. No body is larger than
    ``max_bytes``, whatever an action declares.
    """

    def __init__(
        self,
        *,
        rollouts: Rollouts,
        audiences: Audiences,
        stage: Stage,
        manifests: ManifestClient,
        transport: ReleaseTransport,
        answering: Answering,
        site: Site,
        seconds: float,
        max_bytes: int,
        repeats: Repeats,
        newcomers: Newcomers,
        counters: Counters,
        measures: Measures,
    ) -> None:
        self._rollouts = rollouts
        self._audiences = audiences
        self._stage = stage
        self._manifests = manifests
        self._transport = transport
        self._answering = answering
        self._site = site
        self._seconds = seconds
        self._repeats = repeats
        self._newcomers = newcomers
        self._measures = measures
        self._admission = Admission(
            site=site, counters=counters, measures=measures, max_bytes=max_bytes
        )

    async def handle(self, post: Post) -> Answer:
        """The answer to an action, whatever a browser, a registry or a service does."""
        caller = self._site.callers.of(post.request, self._newcomers.with_key(first_visit(post)))
        try:
            writes = post.request.method not in READS
            method = await self._admission.admit(post, caller) if writes else None
            found = await self._proxied(post)
            if isinstance(found, Answer):
                return found
            verdict, known = found or await self._verdict(post, method, caller)
        except Stop as stop:
            verdict, known = stop.verdict, None
        except ComposerError as error:
            verdict, known = Refused(_status(error), f"{reason_of(error)}: {error}"), None
        answer = await self._answering.answer(post, verdict, known)
        answer.also([("set-cookie", caller.set_cookie)])
        return answer

    async def _verdict(
        self, post: Post, method: Method | None, caller: Caller
    ) -> tuple[Verdict, KnownManifest]:
        """Ask the service, if it declares such an action."""
        if method is None:
            raise not_allowed(METHODS)
        service = self._service(post)
        known, action = await self._declared(post, service, Budget(self._seconds))
        if method not in action.methods:
            raise not_allowed(action.methods)
        if post.has_body and not action.takes(post.media_type):
            raise Stop(
                415, f"the action takes {', '.join(action.accepts)}: {post.media_type!r:.80}"
            )
        await self._admission.read(post, service.release, action.max_bytes)
        try:
            key = given_key(post)
        except BadKey as error:
            raise Stop(400, str(error)) from error
        sender = await _sender(caller, action, first_visit(post))
        name = f"{post.fragment}/{post.action}"

        is_asked = False

        async def ask() -> Done:
            nonlocal is_asked
            is_asked = True
            return await self._asked(post, method, service, known, action, caller, key)

        sent = fingerprint(post)
        kept = KEPT if key else DOUBLE_CLICK

        def sending(sender: str) -> Sending:
            return Sending(scoped(sender, name, key or sent, str(kept)), sent, kept)

        if sender:
            verdict, _ = await self._repeats.once(sending(sender), ask)
            if not is_asked:
                self._measures.count("actions_held", reason="repeated")
            return verdict, known
        # Who is not known yet has nothing that tells two of them apart: both are heard.
        verdict, is_done = await ask()
        # But a second click comes with the cookie that this answer sets.
        if is_done and (welcomed := await visitor_of(caller)):
            await self._repeats.remember(sending(welcomed), verdict)
        return verdict, known

    async def _asked(
        self,
        post: Post,
        method: Method,
        service: Service,
        known: KnownManifest,
        action: Action,
        caller: Caller,
        key: str,
    ) -> Done:
        """What the service says to it."""
        who = await caller.headers(post.fragment, action.identity)
        if key:
            # Nobody's key is another one's: also if this is the visitor's first action.
            own = scoped(await visitor_of(caller), f"{post.fragment}/{post.action}", key)
            who = (*who, (wire.IDEMPOTENCY_KEY, own))
        request = forwarded(
            post,
            method,
            f"{service.release.url}{action.target}",
            site=self._site,
            timeout=self._seconds,
            who=who,
        )
        response = await service.transport.fetch(service.release, request)
        if response.status == UNAUTHORIZED and action.identity != "none":
            return await stranger(post, response, caller, self._site, _events(known)), False
        verdict = judge(response, _events(known))
        return verdict, response.status < _FAILED and not isinstance(verdict, Refused)

    async def _proxied(self, post: Post) -> Answer | tuple[Refused, None] | None:
        """The answer of a foreign podlet's proxy; None if this is not a request for one."""
        budget = Budget(self._seconds)
        service = self._service(post)
        if post.action in (wire.FORGET, wire.UNUSED):
            raise Stop(404, f"only the shell itself asks {post.fragment} to {post.action}")
        release, manifests = service.release, service.manifests
        known = manifests.peek(release)
        known = known or await manifests.get(release, timeout=budget.left)
        url = target_of(post, known, release)
        if url is None and post.rest:
            raise Stop(404, f"{post.fragment} has no proxy {post.action!r:.80}")
        if not isinstance(url, str):
            return None if url is None else (url, None)
        if post.method:
            await self._admission.read(post, release, ACTION_BYTES)
            budget = Budget(self._seconds)
        request = proxied(post, url, site=self._site, timeout=budget.left)
        response = await service.transport.fetch(release, request)
        is_shared = self._audience(post) == EVERYBODY
        answer = passed_on(post, response, self._site.fixed_headers, is_shared=is_shared)
        if isinstance(answer, Refused):
            return answer, None
        logger.info(
            "proxy %s %s/%s %d request_id=%s",
            *(post.request.method, post.fragment, post.action, answer.status),
            post.trace.request_id,
        )
        return answer

    def _service(self, post: Post) -> Service:
        """That of the release whose form the visitor has seen."""
        audience = self._audience(post)
        try:
            release = self._rollouts.choose(post.fragment, cohort=audience.cohort)
        except UnknownFragment as error:
            raise Stop(404, str(error)) from error
        staged = audience.staging.of(post.fragment) if audience.staging else None
        if staged is not None:
            return self._stage.service(release, staged)
        return Service(release, self._transport, self._manifests)

    def _audience(self, post: Post) -> Audience:
        return self._audiences.known(post.request.headers.get("cookie", ""))

    async def _declared(
        self, post: Post, service: Service, budget: Budget
    ) -> tuple[KnownManifest, Action]:
        """The action, as the manifest declares it."""
        release, manifests = service.release, service.manifests
        known = manifests.peek(release)
        known = known or await manifests.get(release, timeout=budget.left)
        action = known.manifest.action(post.action)
        if action is None:
            # Perhaps deployed a moment ago; the client sees to it that we do not ask too often.
            known = await manifests.refresh(release, timeout=budget.left)
            action = known.manifest.action(post.action)
        if action is None:
            raise Stop(404, f"{post.fragment} declares no action {post.action!r:.80}")
        return known, action


def _status(error: ComposerError) -> int:
    match error:
        case FetchTimeout():
            return 504
        case RequestTooLarge():
            return 413
    return 503


async def _sender(caller: Caller, action: Action, first: str) -> str:
    """What tells who sends an action apart from all others; empty if nothing does."""
    visitor = await visitor_of(caller, anew=bool(first) and action.identity == "required")
    return visitor or (f"first:{first}" if first else "")


def _events(known: KnownManifest) -> tuple[str, ...]:
    return known.manifest.fragment.events if known.manifest.fragment else ()
