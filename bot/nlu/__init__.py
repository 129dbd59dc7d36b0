"""NLU components for Chinese chat: linear on characters and pinyin, patterns, product names. No TensorFlow."""
