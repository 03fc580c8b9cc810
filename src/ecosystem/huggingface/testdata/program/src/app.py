"""Sorts letters.

>>> AutoModel.from_pretrained("acme/only-in-a-docstring")
"""
from datasets import load_dataset
from sentence_transformers import SentenceTransformer
from transformers import AutoModel, AutoTokenizer

MODEL = "acme/letters-small"
PINNED = "08c6903cd8c0fde910a37f88322edcfb5dd907a8"

tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=PINNED)
model = AutoModel.from_pretrained(
    MODEL,  # the small one
    revision=PINNED,
)
embedder = SentenceTransformer("all-MiniLM-L6-v2")
letters = load_dataset("acme/letters", revision="main")
local = AutoModel.from_pretrained("./checkpoints/last")
chosen = AutoModel.from_pretrained(settings.model)
