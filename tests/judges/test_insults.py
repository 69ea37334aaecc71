"""Insults are told by how they are built; what sounds like one and is none is let be."""

from __future__ import annotations

import time

import pytest

from prebeta.judges.insults import insult

INSULTS = [
    "Make up your mind, you blithering idiot.",
    "You absolute muppet, that was the wrong field.",
    "Wrong again, dimwit.",
    "Well done, Einstein.",
    "You must be really thick.",
    "How dense can you be?",
    "Learn to read, will you.",
    "I've seen brighter houseplants than that.",
    "Even a toddler could fill this in.",
    "How many times do I have to tell you?",
    "You people never get anything right.",
    "Get a life.",
    "Oh, grow up.",
    "Were you born yesterday?",
    "You clearly can't read.",
    "Stop pestering us.",
    "I couldn't care less about your roof.",
    "Is that question too hard for you?",
    "Did nobody ever teach you manners?",
    "You lazy, good-for-nothing slob, just tell me the size.",
    "You useless waste of space.",
    "You're not very bright, are you?",
    "I'm sick of you and your changes.",
    "Not again, you fool!",
    "What a stupid thing to ask.",
    "Get it into your thick skull.",
    "It's like talking to a brick wall.",
    "Who cares?",
    "You disgust me.",
    "Don't you ever listen?",
    "Are you always this slow?",
    "You ignorant little peasant.",
    "You sound like a complete moron.",
    "Sie unfähiger Trottel, welcher Tag?",
    "Stellen Sie sich nicht so dumm an.",
    "Können Sie nicht lesen?",
    "Vous êtes complètement nul.",
    "Apprenez à lire.",
    "Pauvre imbécile, quelle date ?",
    "¿No sabe leer?",
    "Qué torpe es usted.",
    "Aprenda a escribir.",
    "Você não sabe ler?",
    "Seu idiota, qual é o dia?",
    "Deixe de ser burro.",
]


@pytest.mark.parametrize("text", INSULTS)
def test_an_insult_is_told(text: str) -> None:
    assert insult(text) is not None


FIT = [
    "Films near you include Jackass Forever.",
    "Are you watching Dumb and Dumber or Muppets Most Wanted?",
    "There's no such thing as a stupid question.",
    "Are you a child, an adult or a senior?",
    "A child can travel free.",
    "Are you blind or partially sighted?",
    "So that your parcel doesn't get lost, we need a phone number.",
    "Where did you grow up?",
    "If you are tired of your old kitchen, we can help.",
    "People like you trust us with their homes.",
    "Is Monday too difficult for you?",
    "Is that too much for you?",
    "Do you want the thick slices or the thin ones?",
    "Thanks, Wally.",
    "Please open your eyes and look up.",
    "You look lost; shall I start again?",
    "Don't be silly, it's no trouble.",
    "You are not stupid at all.",
    "I never said you were stupid.",
    "No, you are quite right.",
    "We do one free visit a year.",
    "You can clear off the balance whenever you like.",
    "What's wrong with your boiler?",
    "You'll stop being charged on Friday.",
    "Is your cow pregnant?",
    "Are you in the shop or at home?",
    "Do you think the paint is too dense?",
    "We'll make up your room at noon.",
    "Have you read the terms?",
    "Can't you make it on Monday?",
    "You fool around with the settings first, then save.",
    "Sind Sie blind oder sehbehindert?",
    "Können Sie nicht am Montag?",
    "Vous êtes disponible lundi ?",
    "Quelle espèce de chien avez-vous ?",
    "¿Está usted en casa?",
    "Você sabe o número?",
    "How slow is your connection?",
    "Is it so hard to hear me?",
    "I'm with you.",
    "How stupid of us, sorry.",
]


@pytest.mark.parametrize("text", FIT)
def test_what_sounds_like_one_is_let_be(text: str) -> None:
    assert insult(text) is None


@pytest.mark.parametrize(
    "part", ["you ", "you stupid ", "you are so very ", "what a ", "how many ", "which part of understand ", "sie "]
)
def test_long_texts_take_time_in_proportion(part: str) -> None:
    started = time.perf_counter()
    insult(part * 6000)
    assert time.perf_counter() - started < 1.5
