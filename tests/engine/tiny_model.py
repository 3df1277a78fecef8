"""Writes a model that vLLM can serve at once: few layers, random weights, a tokenizer of its own.

``python tiny_model.py FOLDER TEXT...`` runs in vLLM's environment; with ``--hybrid`` three layers
of four are recurrent. The byte-level tokenizer is
trained on the texts; digits stand singly, as in the models that this one stands for.
"""

import sys
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PretrainedConfig, PreTrainedTokenizerFast, Qwen2Config, Qwen3NextConfig

VOCABULARY = 16_384  # at most; so few texts give a third of it
CONTEXT = 32_768
HYBRID = "--hybrid"
END, START, STOP = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# words with the space before them, digits one by one, runs of marks, white space
PIECES = r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def write(folder: Path, texts: list[str], *, is_hybrid: bool) -> None:
    """The folder holds all that ``vllm serve --load-format dummy`` reads."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_trained(texts),
        eos_token=STOP,
        pad_token=END,
        chat_template=TEMPLATE,
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    )
    tokenizer.save_pretrained(folder)
    config = (_hybrid if is_hybrid else _plain)(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=256,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    config.save_pretrained(folder)


def _plain(**sizes: int) -> PretrainedConfig:
    return Qwen2Config(**sizes, num_hidden_layers=2, architectures=["Qwen2ForCausalLM"])


def _hybrid(**sizes: int) -> PretrainedConfig:
    """The kernels take heads of 64 and states of 128 at least; one layer must be of experts."""
    return Qwen3NextConfig(
        **sizes,
        num_hidden_layers=4,
        head_dim=64,
        linear_num_key_heads=2,
        linear_num_value_heads=4,
        linear_key_head_dim=128,
        linear_value_head_dim=128,
        num_experts=4,
        num_experts_per_tok=1,
        moe_intermediate_size=64,
        shared_expert_intermediate_size=64,
        mlp_only_layers=[0, 1, 2],
        architectures=["Qwen3NextForCausalLM"],
    )


def _trained(texts: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        min_frequency=2,  # what stands in one text once is learnt by heart, and counts too little
        special_tokens=[END, START, STOP],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


if __name__ == "__main__":
    arguments = [one for one in sys.argv[1:] if one != HYBRID]
    texts = [Path(name).read_text("utf-8") for name in arguments[1:]]
    write(Path(arguments[0]), texts, is_hybrid=HYBRID in sys.argv)
