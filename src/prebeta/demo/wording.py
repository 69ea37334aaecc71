"""What the assistant says beside its questions. Each kind has several wordings, taken in turn."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

HELLO = (
    "Hello! I'm the Tallyport assistant. I help businesses get started with accepting payments, "
    "and at the end you get a plan."
)
CONTACT = "help@tallyport.example or +49 30 5550 0199, Monday to Friday from 8:00 to 20:00"

PHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "noted": ("Got it: {0}.", "Thanks, noted: {0}.", "Good: {0}.", "All right: {0}."),
        "changed": ("I've changed {0} to {1}.", "Done, {0} is now {1}.", "Corrected: {0} is {1}."),
        "kept": ("I have {0} down as {1} already.", "{0} stays at {1}."),
        "greeting": ("Hello!", "Hi there!"),
        "thanks": ("You're welcome.", "My pleasure."),
        "request": ("Gladly, let's get you set up.", "Happy to help with that."),
        "human": (
            f"You can reach a colleague at {CONTACT}. I can also go on here.",
            f"Of course: our team is at {CONTACT}. Until then we can carry on.",
        ),
        "hostile": (
            "I'm sorry this is frustrating. I'll keep it short.",
            "I understand the annoyance and want to make this right.",
        ),
        "impatient": (
            "I hear you, it isn't much more: {0} to go.",
            "I'll be brief, only {0} left.",
            "Understood, just {0} and you have your plan.",
        ),
        "one step": ("one short step", "one short question"),
        "steps": ("{0} short questions", "{0} short steps"),
        "sceptical": (
            "Fair to ask. We are a licensed payment institution, and nothing here binds you.",
            "Yes, I'm sure; what I tell you stands in our price list, and nothing is signed in this chat.",
        ),
        "injection": (
            "I can't act on that; I only help with accepting payments.",
            "That's not something I can do here. I stay with getting your payments set up.",
        ),
        "out_of_domain": (
            "I can't help with that, I only know about accepting payments.",
            "That's outside what I can do: my subject is taking payments.",
            "I can only help with payments, so I have to pass on that.",
        ),
        "unknown": (
            f"I don't know that, and I won't guess. Our team can tell you: {CONTACT}.",
            f"That's a good one, but I don't have the answer. Please ask {CONTACT}.",
        ),
        "language": (
            "I'm sorry, I only speak English.",
            "English is the only language I can manage, sorry.",
        ),
        "claimed": (
            "I don't see it in my notes yet, so please tell me once more.",
            "It hasn't reached me, I'm afraid.",
        ),
        "empty": ("I didn't get anything there.", "Your message came through empty."),
        "nothing_yet": ("There is nothing to confirm yet.", "We aren't at the summary yet."),
        "back": ("Back to your plan:", "To go on with your plan:", "Now, where we were:"),
        "repeat": ("Sure, in other words:", "Let me say it again:"),
        "skipped": ("I'll take {0} for now; you can change it later.", "Then I put down {0}."),
        "cannot_skip": ("I do need this one for the plan.", "I can't make the plan without it."),
        "unsupported": (
            "We don't support {0} yet. We are in {1}.",
            "{0} isn't on our list so far. The list: {1}.",
        ),
        "stuck": (
            f"If it doesn't work here, our team can help: {CONTACT}.",
            f"You can also sort this out with a colleague at {CONTACT}.",
        ),
        "again": ("As I said:", "Once more:"),
        "recap": (
            "Here is what I have:\n{0}\nIs that right?",
            "This is the summary now:\n{0}\nIs everything correct?",
            "Let me sum up once more:\n{0}\nIs all of this right?",
        ),
        "recap_hint": (
            "Please say yes if it all fits, or tell me what is different.",
            "A yes is enough, or name the entry that should be different.",
        ),
        "change": (
            "What should I change?",
            "Which entry should be different?",
            "Which part should I change?",
        ),
        "done": (
            "Your plan is ready. It was sent to {0}.\nProducts: {1}.\nNext steps:\n{2}",
            "Here is your plan, also on its way to {0}.\nProducts: {1}.\nNext steps:\n{2}",
        ),
        "after": (
            "Your plan is finished and stays as it is. For anything else: " + CONTACT + ".",
            "We're done here; you have the plan. Our team is at " + CONTACT + ".",
        ),
    }
)
