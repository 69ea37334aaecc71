"""The same verbs for a coding agent, over the Model Context Protocol: `prebeta mcp`.

A server works with one project file and its store. What talks to the product (run, resume, shrink, why, doctor) is done by the
command line in a process of its own, so that an edited product is loaded anew and nothing it prints reaches the protocol.
"""
