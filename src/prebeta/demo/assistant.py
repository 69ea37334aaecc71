"""The assistant itself: one instance a conversation, `start()` once, then `send()` for each message of the customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prebeta.demo import plan
from prebeta.demo.faults import Entry, Scene, faults_of
from prebeta.demo.memory import Memory
from prebeta.demo.slots import COUNTRY_CHOICES, ORDER, RECAP_WHY, SLOTS, SUPPORTED
from prebeta.demo.topics import entries
from prebeta.demo.understanding import Heard, own_words, understand
from prebeta.demo.wording import CONTACT, HELLO


class Assistant:
    """Helps a business get started with accepting payments: six questions, a recap, a plan that fits.

    `release` says which faults it has (`prebeta.demo.faults.RELEASES`; 4 has none); `faults`, names of faults, takes
    precedence. Raises ValueError for an unknown release or fault.
    """

    prebeta_inline = True  # It only computes, so it may be called where nothing must block.

    def __init__(self, release: int = 4, faults: Iterable[str] | None = None) -> None:
        self.release = release
        self._faults = faults_of(release, faults)
        self._memory = Memory()
        self._turn = 0
        self._log: list[Entry] = []

    @property
    def fault_log(self) -> list[Entry]:
        """The decisive turn of each fault that showed: {fault, kind, turn}, turns counted over both sides from 0."""
        return list(self._log)

    def start(self) -> dict[str, Any]:
        """The greeting and the first question."""
        return self._reply([HELLO, self._memory.question()])

    def send(self, text: str, payload: str | None = None) -> dict[str, Any]:
        """The answer to a message, or to a quick reply: its title as `text`, its payload beside it or as `text`."""
        self._turn += 2
        memory = self._memory
        if memory.ended:
            return self._reply(self._after_the_end(understand(text, payload, memory.context())))
        heard = understand(text, payload, memory.context())
        if not heard.exact:
            memory.listen(own_words(text).lower())
        scene = Scene(memory, heard, self._turn, self._log, text, pressed=heard.exact and bool(payload))
        for fault in self._faults:
            instead = fault.answers(scene)
            if instead is not None:
                if fault.holding:
                    self._faults = (fault, *(other for other in self._faults if other is not fault))
                memory.options = instead.options
                return self._reply(list(instead.messages))
        for fault in self._faults:
            scene = scene.hearing(fault.hears(scene))
        reply = self._reply(self._respond(scene))
        for fault in self._faults:
            fault.replied(scene, reply)
        return reply

    def _reply(self, messages: list[str]) -> dict[str, Any]:
        memory = self._memory
        return {
            "messages": messages,
            "options": [{"title": choice.title, "payload": choice.payload} for choice in memory.options],
            "state": memory.state(),
            "ended": memory.ended,
        }

    # --- one message ---------------------------------------------------------------------------------

    def _respond(self, scene: Scene) -> list[str]:
        memory, heard = self._memory, scene.heard
        asked = memory.stage
        said = self._asides(scene)
        taken = self._take(scene)
        if taken:
            memory.misses = 0
            memory.move_on()
            return [*said, taken, memory.question()]
        moved = self._commands(heard)
        if moved is not None:
            return [*said, *moved]
        if heard.unsupported:
            said.append(memory.say("unsupported", heard.unsupported, ", ".join(SUPPORTED)))
            memory.changing = "country" if "country" in memory.facts else memory.changing
            if memory.stage != "change" or memory.changing:
                memory.move_on()
            question = memory.question()
            memory.options = COUNTRY_CHOICES if memory.stage == "country" else memory.options
            return [*said, question]
        if said:
            memory.misses = 0
            back = memory.say("back") if asked not in ("recap", "change") and not self._small_talk(heard) else ""
            return [*said, f"{back} {memory.question()}".strip()]
        return self._missed(heard)

    def _asides(self, scene: Scene) -> list[str]:
        """Answers to all that isn't an answer itself."""
        memory, heard = self._memory, scene.heard
        said = [*self._of_signs(heard), *self._of_questions(heard)]
        if not said and "out_of_domain" in heard.signs:
            said.append(("out_of_domain", memory.say("out_of_domain")))
        elif not said and "unknown" in heard.signs:
            said.append(("unknown", memory.say("unknown", CONTACT)))
        memory.topics = heard.topics
        told = []
        for kind, text in said or self._polite(heard):
            for fault in self._faults:
                text = fault.says(scene, kind, text)
            told.append(text)
        return [text for text in told if text]

    def _of_signs(self, heard: Heard) -> list[tuple[str, str]]:
        memory, signs = self._memory, heard.signs
        said = []
        if "injection" in signs:
            said.append(("injection", memory.say("injection")))
        elif "human" in signs:
            said.append(("human", memory.say("human", CONTACT)))
        if "hostile" in signs:
            said.append(("hostile", memory.say("hostile")))
        elif "impatient" in signs:
            left = sum(slot not in memory.facts for slot in ORDER)
            amount = memory.say("one step") if left < 2 else memory.say("steps", str(left))
            said.append(("impatient", memory.say("impatient", amount)))
        if "sceptical" in signs and not heard.topics:
            said.append(("sceptical", memory.say("sceptical")))
        return said

    def _of_questions(self, heard: Heard) -> list[tuple[str, str]]:
        memory = self._memory
        said = [("topic", text) for text in self._known(heard.topics)] if heard.topics else []
        if heard.clarify:
            slot = heard.clarify if heard.clarify in SLOTS else "recap"
            why = RECAP_WHY if slot == "recap" else SLOTS[slot].why
            said.append(("clarify", memory.turned(f"why {slot}", (why,))))
        return said

    def _known(self, topics: tuple[str, ...]) -> list[str]:
        memory = self._memory
        answers = [entries()[topic] for topic in topics]
        return [f"{memory.say('again')} {answers[0]}", *answers[1:]] if topics == memory.topics else answers

    def _polite(self, heard: Heard) -> list[tuple[str, str]]:
        if heard.facts or heard.signs & {"affirm", "deny", "not_sure", "skip"}:
            return []
        signs = ("language", "claimed", "repeat", "request", "thanks", "greeting")
        for sign in signs if self._memory.language == "en" else signs[1:]:
            if sign in heard.signs:
                return [(sign, self._memory.say(sign))]
        return []

    @staticmethod
    def _small_talk(heard: Heard) -> bool:
        return bool(heard.signs & {"repeat", "request", "greeting"}) and not (heard.topics or heard.clarify)

    # --- facts ---------------------------------------------------------------------------------------

    def _take(self, scene: Scene) -> str:
        """Keep the facts given and say so; empty where none was given."""
        memory, heard = self._memory, scene.heard
        new, changed = [], []
        for slot, value in heard.facts.items():
            before = memory.facts.get(slot)
            kept = self._stored(scene, slot, value)
            memory.facts[slot] = kept
            if before is None:
                new.append(kept)
            else:
                changed.append(memory.say("changed", memory.label(slot), value))
            if memory.changing == slot:
                memory.changing = None
        again = [slot for slot in heard.same if not heard.facts]
        if memory.changing in again:
            memory.changing = None
        if heard.facts:
            memory.last = tuple(heard.facts)
        if new:
            changed.append(memory.say("noted", ", ".join(new)))
        changed += [memory.say("kept", memory.label(slot), memory.facts[slot]) for slot in again[:1]]
        return " ".join(changed)

    def _stored(self, scene: Scene, slot: str, value: str) -> str:
        for fault in self._faults:
            value = fault.stores(scene, slot, value)
        return value

    # --- what moves the conversation without a fact ------------------------------------------------------

    def _commands(self, heard: Heard) -> list[str] | None:
        """Confirming, changing, skipping, not knowing; None where the message is none of these."""
        memory, signs = self._memory, heard.signs
        if heard.named and "revise" in signs:
            memory.changing = heard.named if heard.named in memory.facts else None
            memory.stage = heard.named
            return [memory.question()]
        aside = bool(heard.topics or heard.clarify or signs & {"out_of_domain", "unknown", "injection", "human"})
        if memory.stage == "recap" and "affirm" in signs and not aside:
            return self._finish()
        if memory.stage == "change" and signs & {"affirm", "deny", "skip"} and not aside:
            memory.changing = None
            memory.move_on()
            return [memory.question()]
        wants_change = "change" in signs or (memory.stage == "recap" and "deny" in signs)
        if wants_change and memory.facts and not aside:
            memory.stage, memory.changing = "change", None
            return [memory.question()]
        slot = SLOTS.get(memory.stage)
        if slot is None or aside:
            return None
        if "skip" in signs or ("affirm" in signs and memory.unsure):
            return self._skip(slot.name, slot.default)
        if "not_sure" in signs:
            memory.unsure += 1
            memory.misses = 0
            if memory.unsure > 2 and slot.default is not None:
                return self._skip(slot.name, slot.default)
            return [memory.turned(f"unsure {slot.name}", slot.unsure), memory.question()]
        if heard.exact and signs & {"affirm", "change"}:
            return [memory.say("nothing_yet"), memory.question()]
        return None

    def _skip(self, name: str, default: str | None) -> list[str]:
        memory = self._memory
        if default is None:
            return [memory.say("cannot_skip"), memory.turned(f"unsure {name}", SLOTS[name].unsure), memory.question()]
        memory.facts[name] = memory.facts.get(name, default)
        memory.last = (name,)
        memory.changing = None
        taken = memory.say("skipped", memory.facts[name])
        memory.move_on()
        return [taken, memory.question()]

    def _finish(self) -> list[str]:
        memory = self._memory
        memory.plan = plan.make(memory.facts)
        memory.stage = "done"
        memory.options = ()
        steps = "\n".join(f"- {step}" for step in memory.plan["steps"])
        return [memory.say("done", memory.facts["email"], ", ".join(memory.plan["products"]), steps)]

    def _missed(self, heard: Heard) -> list[str]:
        """Nothing was understood: a hint in other words, then the question in other words."""
        memory = self._memory
        memory.misses += 1
        said = []
        if "empty" in heard.signs:
            said.append(memory.say("empty"))
        elif memory.stage in SLOTS:
            said.append(memory.turned(f"hint {memory.stage}", SLOTS[memory.stage].hints))
        else:
            said.append(memory.say("recap_hint"))
        if memory.misses > 2:
            said.append(memory.say("stuck", CONTACT))
        question = memory.question()
        if memory.stage == "country" and memory.misses > 1:
            memory.options = COUNTRY_CHOICES
        return [*said, question]

    def _after_the_end(self, heard: Heard) -> list[str]:
        said = self._known(heard.topics) if heard.topics else []
        self._memory.topics = heard.topics
        if not said and "thanks" in heard.signs:
            return [self._memory.say("thanks")]
        return said or [self._memory.say("after")]
