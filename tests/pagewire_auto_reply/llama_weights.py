"""Run in the environment of `llama_server`: writes a model of one layer that speaks in bytes. ``llama_weights.py FILE``."""

import sys

import gguf
import numpy as np

WIDTH, HIDDEN, HEADS, CONTEXT = 64, 128, 4, 4096
TOKENS = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256))]
KINDS = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * 2, *[gguf.TokenType.BYTE] * 256]
TEMPLATE = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}assistant: "


def shapes() -> dict[str, tuple[int, ...]]:
    """The model's tensors; vectors are scales, which are ones."""
    square = dict.fromkeys((f"blk.0.attn_{name}.weight" for name in ("q", "k", "v", "output")), (WIDTH, WIDTH))
    scales = dict.fromkeys(("output_norm.weight", "blk.0.attn_norm.weight", "blk.0.ffn_norm.weight"), (WIDTH,))
    wide = dict.fromkeys(("blk.0.ffn_gate.weight", "blk.0.ffn_up.weight"), (HIDDEN, WIDTH))
    words = dict.fromkeys(("token_embd.weight", "output.weight"), (len(TOKENS), WIDTH))
    return {**words, **scales, **square, **wide, "blk.0.ffn_down.weight": (WIDTH, HIDDEN)}


def describe(model: gguf.GGUFWriter) -> None:
    """What a reader has to know of it."""
    model.add_context_length(CONTEXT)
    model.add_embedding_length(WIDTH)
    model.add_block_count(1)
    model.add_feed_forward_length(HIDDEN)
    model.add_head_count(HEADS)
    model.add_head_count_kv(HEADS)
    model.add_layer_norm_rms_eps(1e-5)
    model.add_rope_dimension_count(WIDTH // HEADS)
    model.add_vocab_size(len(TOKENS))
    model.add_tokenizer_model("llama")
    model.add_tokenizer_pre("default")
    model.add_token_list(TOKENS)
    model.add_token_scores([0.0] * len(TOKENS))
    model.add_token_types(KINDS)
    model.add_bos_token_id(1)
    model.add_eos_token_id(2)
    model.add_unk_token_id(0)
    model.add_chat_template(TEMPLATE)


def main(path: str) -> None:
    """Write it."""
    chance = np.random.default_rng(1)
    model = gguf.GGUFWriter(path, "llama")
    describe(model)
    for name, shape in shapes().items():
        values = np.ones(shape) if len(shape) == 1 else chance.normal(0, 0.2, shape)
        model.add_tensor(name, values.astype(np.float32))
    model.write_header_to_file()
    model.write_kv_data_to_file()
    model.write_tensors_to_file()
    model.close()


if __name__ == "__main__":
    main(sys.argv[1])
