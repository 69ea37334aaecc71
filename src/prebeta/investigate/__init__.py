"""Finds causes by talking to the product again, through a replay function it is given: locate, shrink, why."""
