"""What stands in for a model's judgement; vLLM loads it into its own process by name."""

import torch
from vllm.sampling_params import SamplingParams
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor

STRENGTH = 10.0


class Rambler(AdapterLogitsProcessor):
    """Random weights repeat one token for ever; this one says anything, the same each time."""

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(self, params: SamplingParams):
        return ramble


class Spacer(AdapterLogitsProcessor):
    """Loves white space, as some models do between the tokens of JSON."""

    def __init__(self, vllm_config, device, is_pin_memory) -> None:
        super().__init__(vllm_config, device, is_pin_memory)
        tokenizer = tokenizer_of(vllm_config)
        texts = (tokenizer.decode([token]) for token in range(len(tokenizer)))
        self._spaces = [token for token, text in enumerate(texts) if text and text.isspace()]

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(self, params: SamplingParams):
        return self._prefer_space

    def _prefer_space(self, output: list[int], logits: torch.Tensor) -> torch.Tensor:
        if len(output) % 4 < 3:
            logits[self._spaces] += STRENGTH
        return logits


def ramble(prompt: list[int], output: list[int], logits: torch.Tensor) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(prompt) + len(output))
    return logits + STRENGTH * torch.rand(logits.shape, generator=generator)


def tokenizer_of(vllm_config):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(vllm_config.model_config.tokenizer)
