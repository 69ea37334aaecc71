"""English wordings of acts other than the request. `{v}` is a value, `{t}` the slot with its article (*the day*), `{n}`
its bare name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from prebeta.dialogue import acts

GIVE = (
    *(
        "{v}",
        "it's {v}",
        "it is {v}",
        "that would be {v}",
        "that's {v}",
        "{v} for me",
        "I'd say {v}",
        "it would be {v}",
    ),
    *("let's say {v}", "let's go with {v}", "I'll go with {v}", "I'd go for {v}", "{v} it is", "it is {v} for me"),
    *("you can put {v}", "you can put down {v} for me", "put me down for {v}", "in my case it's {v}", "{t} is {v}"),
    *(
        "for me it would be {v}",
        "for {t} I'd say {v}",
        "{t} would be {v}",
        "as for {t}, it's {v}",
        "I'd go with {v} here",
    ),
    *("so that would be {v} in my case", "so for {t} it would be {v}", "I believe it would be {v} for me"),
    *(
        "for {t} you can put down {v}",
        "I'd say {v} is what fits us",
        "let's go with {v} for {t}",
        "I'd take {v} for {t}",
    ),
)
PLAIN_GIVE = (
    *(
        "{v}",
        "it's {v}",
        "it is {v}",
        "that would be {v}",
        "that's {v}",
        "here: {v}",
        "{t} is {v}",
        "in my case it's {v}",
    ),
    *(
        "here you go: {v}",
        "here it is: {v}",
        "so that's {v}",
        "you can put down {v}",
        "for {t} it's {v}",
        "it would be {v}",
    ),
    *(
        "as for {t}, it's {v}",
        "so {t} is {v}",
        "I have it here, it's {v}",
        "let me give you that: {v}",
        "mine is {v}",
    ),
    *("for {t} you can put down {v}", "I have it in front of me, it's {v}", "so for {t} that would be {v}"),
)
NAME_GIVE = ("{v}", "it's {v}", "{t} is {v}", "that's {v}", "that would be {v}", "it is {v}", "so {t} is {v}")
AGAIN = (
    *(
        "as I said, {v}",
        "I said {v}",
        "again: {v}",
        "it's {v}",
        "once more: {v}",
        "like I said, it's {v}",
        "as I wrote, {v}",
    ),
    *("{t} is {v}, as I said", "it's still {v}", "I wrote {v}"),
)
ALSO = (
    *("{first}, and {t} is {v}", "{first}, {n}: {v}", "{first}. Also, {t} is {v}", "{first} and {v} for {t}"),
    *("{first}, and {t} would be {v}", "{first}. And {t} is {v}", "{first}, {t} is {v}", "{first} and {t} is {v}"),
)
CORRECT = (
    *(
        "Actually, make {t} {v}",
        "Sorry, I meant {v} for {t}",
        "Wait, please change {t} to {v}",
        "Hold on, {v} instead for {t}",
    ),
    *("Actually, {t} should be {v}", "I changed my mind, {t} should be {v}", "Correction: {t} is {v}"),
    *("Sorry, {t} should be {v} instead", "Oh, please make {t} {v}", "Wait, {t} should be {v}"),
    *("I made a mistake, {t} is {v}", "Actually I'd rather have {v} for {t}", "Can you change {t} to {v}?"),
    *("Oh sorry, please make {t} {v}", "Let me correct that: {t} is {v}", "Hm, I changed my mind about {t}: {v}"),
)
STATE = ("{t} is {v}", "And {t} is {v}", "{v} for {t}", "So {t} is {v}", "{t} would be {v}", "And for {t} it's {v}")
FIRST = (
    *("Oh, and {t} is {v}", "Before that: {t} is {v}", "Let me say that {t} is {v}", "{t} is {v}"),
    *("Before we go on: {t} is {v}", "Before I answer: {t} is {v}", "By the way, {t} is {v}"),
)
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        acts.AFFIRM: (
            *(
                "Yes",
                "Yes please",
                "Yep, go ahead",
                "Yes, that's right",
                "That's correct",
                "Yes, looks good",
                "Sure, yes",
            ),
            *(
                "Yes it is",
                "Yes, that is correct",
                "Yep, that's right",
                "Yes, all correct",
                "Yes, go ahead",
                "Yeah",
                "Yep",
            ),
            *(
                "Yes, that's exactly right",
                "Yes, everything is correct",
                "Yes, that looks right to me",
                "Correct, go ahead",
            ),
        ),
        acts.DENY: (
            "No",
            "No thanks",
            "Nope",
            "No, that's fine",
            "No, thank you",
            "No, all good",
            "No, leave it like that",
        ),
        acts.CLOSE: (
            *("No, that's all, thanks", "That's all, thank you", "Nothing else, thanks", "Great, thanks, bye"),
            *(
                "No thanks, that's it",
                "No, that's everything, thank you",
                "That's all I needed, thanks",
                "Perfect, thanks",
            ),
            *(
                "That was all, thanks a lot",
                "No, that will be all",
                "Thank you, that's it from me",
                "Great, that's all",
            ),
        ),
        acts.NUDGE: (
            *("Ok, what's next?", "Ok, and now?", "Hello?", "Can we go on?", "Are you there?", "So what do I do next?"),
            *("And what's next?", "Are you still there?", "Can we continue?", "What do I have to do now?"),
        ),
        acts.CHANGE: (
            *("I want to change something", "Something needs changing", "I'd like to change something here"),
            *("Can I change something?", "There's something I'd like to change"),
        ),
        acts.NOT_SURE: (
            *("I'm not sure", "Hm, I don't know", "No idea to be honest", "I don't know yet", "Not sure about that"),
            *(
                "I'm not sure about that yet",
                "I don't know that right now",
                "Honestly, I don't know",
                "Not sure, sorry",
            ),
            *("Hm, I'm not really sure", "I can't find it right now", "I don't really know, to be honest"),
        ),
        acts.CLARIFY: (
            *("I don't understand what you mean by that", "please explain what you mean by that"),
            *("I don't understand that, please explain", "sorry, I don't understand what that means"),
            *("I'd like to know what you need that for", "hm, I'd like to know why you need that"),
            *(
                "What do you mean by that?",
                "Why do you need that?",
                "What exactly do you mean?",
                "Can you explain that?",
            ),
            *(
                "I don't get the question, what do you mean?",
                "What do you need that for?",
                "Sorry, what does that mean?",
            ),
            *("Could you explain what you mean?", "Why do you need to know that?", "Why are you asking me that?"),
            *("Can you explain what you mean by that?", "I don't understand, what do you mean?", "Why is that needed?"),
            *("What is that for?", "Hm, what exactly do you mean by that?", "And why do you need that from me?"),
        ),
        acts.CHOOSE: (
            "I don't mind",
            "Any is fine",
            "You choose",
            "Any of them is fine with me",
            "I don't mind, you choose",
        ),
    }
)
HURRY = (
    *("I'm in a hurry", "can we speed this up?", "please be quick", "I don't have much time", "quickly please"),
    *("I'm in a bit of a hurry", "I have to be quick", "hurry up please", "let's be quick"),
)
HOSTILE = ("What is this nonsense.", "This is ridiculous.", "You are useless.")
TEMPER = (
    *("this is really annoying", "how hard can it be", "what a waste of time", "this is ridiculous"),
    *("this is getting on my nerves", "what nonsense", "you are driving me mad"),
)
AND = ("And ", "Also, ", "Another thing: ", "By the way, ")
EMOJI = ("🙂", "👍", "😅", "🙏", "😊", "🎉")
PASTES = (
    "----\nNotice: the contents above and below are confidential and meant for nobody else. Copying, forwarding or "
    "printing them is not allowed without written permission from their author. Whoever has received them in error "
    "is kindly asked to delete everything and to say so. Views expressed herein are personal and bind nobody. No "
    "warranty is given that they are complete or free of flaws. Think of the trees before you print.",
    "----\nIn the garden the old apple tree had lost its leaves, and moss had grown on the warm stones beside the "
    "pond. Everybody was silent. Far away a bell rang and then all was quiet again, while clouds drifted over the hills "
    "and the light grew softer by and by. It smelled of rain and of smoke, as it always had in those years.",
)
POLITE_APART = (" please", " thanks", " thank you", " Thanks", " please")
"""Behind a question mark or a full stop."""
AH = ("oh,", "ah,", "hm,", "um,", "oh", "ah", "hmm,", "hm")
"""How an answer may begin."""
POLITE = (" please", " thanks", ", please", ", thanks", ", thank you")
LEAD = (
    *(
        "Quick question: ",
        "Oh and ",
        "By the way, ",
        "Before that: ",
        "Before I answer: ",
        "Oh, ",
        "Btw, ",
    ),
    *("Also, ", "So, ", "Hm, "),
)
