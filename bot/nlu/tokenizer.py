"""One token per 汉字, Latin word, number or mark: word boundaries guessed by a segmenter cost accuracy on chat."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

TOKEN = re.compile(r"[A-Za-z]+|\d+|\S")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class CharTokenizer(Tokenizer):
    """Splits into single characters, keeping Latin words and numbers whole."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Returns Rasa's own settings for tokenizers; intents are never split."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokenizes one attribute of a message.

        Args:
            message: The message.
            attribute: `text`, or `response` and the like.

        Returns:
            Tokens with offsets in the original text.
        """
        return [Token(m.group(), m.start()) for m in TOKEN.finditer(message.get(attribute))]
