"""Personas in number: composed from facets or described by a model, checked, measured, kept in files; and a project's
goals drafted from sample conversations.

Every part is imported where it is needed, by its module: `composing`, `described`, `material`, `checking`, `diversity`,
`files`, `conversations`, `drafting`.
"""
