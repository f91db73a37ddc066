"""Settings of a recipe."""

MODERN = {
    "optimizer": "sgd",
    "momentum": 0.9,
    "nesterov": True,
    "schedule": "one_cycle",
    "warmup": 0.3,
    "weight_decay": 0.01,
    "ema": 0.9,
    "precise_batch_norm": 40,
    "label_smoothing": 0.1,
    "mixup": 0.3,
    "dropout": 0.2,
    "augmentation": {"flip": True, "shift": 0.1, "scale": 0.1, "rotation": 10.0, "erasing": 0.3},
    "progressive_resizing": ({"size": 24, "share": 0.25}, {"size": 32, "share": 0.25}),
    "precision": "mixed_bfloat16",
}
"""All that a recipe may set, at once."""
