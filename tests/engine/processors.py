"""What stands in for a model's judgement; vLLM loads it into its own process by name."""

import json
import os
from pathlib import Path

import torch
from engine import erring, reading
from engine.casting import is_for_the_reader
from engine.erring import Errors
from vllm.sampling_params import SamplingParams
from vllm.v1.sample.logits_processor import AdapterLogitsProcessor

STRENGTH = 10.0
CERTAIN = 1e4
FENCED = "Here is the answer:\n```json\n{}\n```"
SYSTEM, USER, STOP = "<|im_start|>system\n", "<|im_start|>user\n", "<|im_end|>"


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
        if not self._is_for_me(params):
            return None
        wanted: list[int] = []
        has_grammar = params.structured_outputs is not None

        def write(prompt: list[int], output: list[int], logits: torch.Tensor) -> torch.Tensor:
            if not wanted:
                wanted.extend(self._tokens(prompt, has_grammar))
            if len(output) < len(wanted):
                logits[wanted[len(output)]] += CERTAIN
            return logits

        return write

    def _tokens(self, prompt: list[int], has_grammar: bool) -> list[int]:
        system, _, rest = self._tokenizer.decode(prompt).rpartition(USER)
        system = system.rpartition(SYSTEM)[2].rpartition(STOP)[0]
        answer = self._answer(system, rest.rpartition(STOP)[0], has_grammar)
        return [*self._tokenizer.encode(answer), self._tokenizer.eos_token_id]

    def _is_for_me(self, params: SamplingParams) -> bool:
        return is_for_the_reader(params.seed)

    def _answer(self, system: str, user: str, has_grammar: bool) -> str:
        answer = reading.answer(user, self._books)
        return answer if has_grammar else FENCED.format(answer)


class ErringReader(FlawlessReader):
    """Errs as the JSON in READER_ERRORS says; its own JSON breaks only without a grammar."""

    def __init__(self, vllm_config, device, is_pin_memory) -> None:
        super().__init__(vllm_config, device, is_pin_memory)
        self._errors = Errors(**json.loads(os.environ["READER_ERRORS"]))

    def _is_for_me(self, params: SamplingParams) -> bool:
        return True

    def _answer(self, system: str, user: str, has_grammar: bool) -> str:
        return erring.answer(system, user, self._books, self._errors, has_grammar=has_grammar)


def ramble(prompt: list[int], output: list[int], logits: torch.Tensor) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(prompt) + len(output))
    return logits + STRENGTH * torch.rand(logits.shape, generator=generator)


def tokenizer_of(vllm_config):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(vllm_config.model_config.tokenizer)
