"""Personas that fit any product; they stand in where a project declares none.

Each is said in plain words, with a level of every trait of `TRAITS`. Usual levels are more common than others, as they
are among people; every pair of levels of two traits occurs.
"""

from __future__ import annotations

from prebeta.core.types import Persona
from prebeta.scenarios.traits import TRAITS


def _persona(text: str, levels: str) -> Persona:
    """`levels` in the order of `TRAITS`."""
    return Persona(text, dict(zip(TRAITS, levels.split(), strict=True)))


NEUTRAL: tuple[Persona, ...] = tuple(
    _persona(text, levels)
    for text, levels in (
        ("someone who does this for the first time and would rather ask than guess",
         "normal high novice calm desktop native"),
        ("someone who has done this before and wants it over with quickly", "terse low expert hurried desktop native"),
        ("someone who wants to understand each step before going on", "normal high average sceptical desktop native"),
        ("someone who writes on the bus between two stops", "terse normal average hurried phone native"),
        ("someone who is doing this for a colleague who is away today", "normal normal average calm desktop native"),
        ("someone who isn't sure about the details and has to look them up", "normal normal novice calm desktop native"),
        ("a retired teacher who writes whole sentences and has all afternoon", "chatty high average calm desktop native"),
        ("a parent typing with one hand, a child on the other arm", "terse normal average hurried phone native"),
        ("a shift worker who tries to get this done in a short break", "terse low average hurried phone native"),
        ("a software developer who tries things out to see what happens", "normal normal expert calm desktop native"),
        ("an office manager who works through a long list of such errands", "normal normal average hurried desktop native"),
        ("someone who was let down by a similar service and wants proof", "normal low average sceptical phone native"),
        ("a student from abroad who writes short, simple sentences", "terse normal average calm phone learner"),
        ("a grandfather whose granddaughter showed him how chats work", "chatty high novice calm phone native"),
        ("someone who recently moved to the country and looks up words", "normal high average calm desktop learner"),
        ("an auditor by trade who reads every answer twice", "terse high expert sceptical desktop native"),
        ("a cheerful neighbour who always tells a little story first", "chatty normal average calm phone native"),
        ("someone who has a train to catch and starts in the middle", "normal low novice hurried phone native"),
        ("a small business owner who does everything alone in the evening", "normal normal average calm phone native"),
        ("someone who doesn't trust computers but has no other choice", "normal low novice sceptical desktop native"),
        ("a support agent at another firm who knows how this ought to go", "normal high expert calm phone native"),
        ("a tradesman who reads messages out loud on the building site", "terse normal novice calm phone native"),
        ("a data protection officer who asks what each answer is for", "chatty normal expert sceptical desktop native"),
        ("a nurse after a night shift, too tired for long messages", "terse normal average calm desktop native"),
        ("an exchange researcher, at home with technology, less with idioms", "normal normal expert hurried desktop learner"),
        ("a newcomer who gets help from a friend beside the screen", "chatty normal novice hurried desktop learner"),
        ("someone who compares three offers at once and doubts all of them", "terse normal novice sceptical phone learner"),
        ("an event planner who sends everything in one breath", "chatty low average hurried phone native"),
        ("a volunteer who fills in forms for others every week", "normal high average hurried phone native"),
        ("an engineer abroad who is annoyed by needless questions", "terse low expert calm phone learner"),
        ("a music teacher who apologises for asking so much", "chatty high novice sceptical phone native"),
        ("a night owl who plays with new gadgets and chats along", "chatty normal expert calm phone native"),
        ("a landlord who wants it in writing, today", "normal low average hurried desktop native"),
        ("a visitor who talks a lot to make up for missing words", "chatty low average sceptical desktop learner"),
        ("someone who reads slowly and answers one thing at a time", "terse high novice calm desktop learner"),
        ("an assistant who takes down whatever the boss calls across the room", "normal low novice calm desktop native"),
    )
)  # fmt: skip
