"""LLMs that work for prebeta: wire formats, structured output, limits, retries, budget, cost and cache.

    async with Models({"fast": OpenAIOptions(model="…", key=…)}, RunTerms(cache=Cache(path, "record"))) as models:
        completion = await models.of("fast", conversation="c1").complete(request)
        models.usage("c1")

Who calls whom: Models hands out one ConversationModel a conversation (cache, which time a request is asked), that asks
an Endpoint (ladder of structured output, retries, limits, budget, price), and that a Caller: HttpCaller with the wire
format of OpenAI or Anthropic, or FunctionCaller. Wires do no I/O.
"""

from prebeta.models.budget import Amount, Budget
from prebeta.models.cache import Cache
from prebeta.models.conversation_model import ConversationModel
from prebeta.models.options import (
    AnthropicOptions,
    BudgetOptions,
    FunctionOptions,
    ModelOptions,
    OpenAIOptions,
    PriceOptions,
    model_options,
)
from prebeta.models.prices import Price, price_of
from prebeta.models.run import Models, RunTerms
from prebeta.models.usage import Ledger, Usage

__all__ = [
    "Amount",
    "AnthropicOptions",
    "Budget",
    "BudgetOptions",
    "Cache",
    "ConversationModel",
    "FunctionOptions",
    "Ledger",
    "ModelOptions",
    "Models",
    "OpenAIOptions",
    "Price",
    "PriceOptions",
    "RunTerms",
    "Usage",
    "model_options",
    "price_of",
]
