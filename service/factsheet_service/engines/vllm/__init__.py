"""The vllm engine: any OpenAI-compatible chat server, vLLM first."""

from .engine import VllmEngine
from .prompt import Prompts
from .settings import VllmSettings

__all__ = ["Prompts", "VllmEngine", "VllmSettings"]
