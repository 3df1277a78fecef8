"""What stands in for a model's judgement; vLLM loads it into its own process by name."""

import json
import os
from pathlib import Path

import torch
from engine import reading
from engine.casting import is_for_the_reader
from vllm.sampling_params import SamplingParams
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor

STRENGTH = 10.0
CERTAIN = 1e4
FENCED = "Here is the answer:\n```json\n{}\n```"
USER, STOP = "<|im_start|>user\n", "<|im_end|>"


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


class FlawlessReader(AdapterLogitsProcessor):
    """Writes what ``reading`` answers to the prompt; the grammar's mask still has the last word.

    Only where a request's seed asks for it. Without a grammar it says more than it is asked, as
    models do. The file that READER_GOLD names holds the gold.
    """

    def __init__(self, vllm_config, device, is_pin_memory) -> None:
        super().__init__(vllm_config, device, is_pin_memory)
        self._tokenizer = tokenizer_of(vllm_config)
        self._books = json.loads(Path(os.environ["READER_GOLD"]).read_text("utf-8"))

    def is_argmax_invariant(self) -> bool:
        return False

    def new_req_logits_processor(self, params: SamplingParams):
        if not is_for_the_reader(params.seed):
            return None
        wanted: list[int] = []
        form = "{}" if params.structured_outputs else FENCED

        def write(prompt: list[int], output: list[int], logits: torch.Tensor) -> torch.Tensor:
            if not wanted:
                wanted.extend(self._answer(prompt, form))
            if len(output) < len(wanted):
                logits[wanted[len(output)]] += CERTAIN
            return logits

        return write

    def _answer(self, prompt: list[int], form: str) -> list[int]:
        text = self._tokenizer.decode(prompt).rpartition(USER)[2].rpartition(STOP)[0]
        answer = form.format(reading.answer(text, self._books))
        return [*self._tokenizer.encode(answer), self._tokenizer.eos_token_id]


def ramble(prompt: list[int], output: list[int], logits: torch.Tensor) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(prompt) + len(output))
    return logits + STRENGTH * torch.rand(logits.shape, generator=generator)


def tokenizer_of(vllm_config):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(vllm_config.model_config.tokenizer)
