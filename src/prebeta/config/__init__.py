"""prebeta.yaml -> Project, its JSON Schema, its starter file, and its error messages."""

from prebeta.config.ending import EndStateConfig, FactConfig, ProbeConfig, StageConfig, WhenConfig
from prebeta.config.goals import GoalConfig, PersonaConfig, QuestionConfig, SlotConfig
from prebeta.config.loading import load, load_gate
from prebeta.config.project import NOT_YET, Project
from prebeta.config.running import GateConfig
from prebeta.config.schema import json_schema
from prebeta.config.starter import Drafted, Plain, is_url, starter, unknown, untouched
from prebeta.config.starter_target import Found

__all__ = [
    "NOT_YET",
    "Drafted",
    "EndStateConfig",
    "FactConfig",
    "Found",
    "GateConfig",
    "GoalConfig",
    "PersonaConfig",
    "Plain",
    "ProbeConfig",
    "Project",
    "QuestionConfig",
    "SlotConfig",
    "StageConfig",
    "WhenConfig",
    "is_url",
    "json_schema",
    "load",
    "load_gate",
    "starter",
    "unknown",
    "untouched",
]
