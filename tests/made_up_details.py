"""What stage `evaluate` writes of a cell into `metrics/details`, made up."""

CLASSES = ("angry", "fear", "happy", "neutral", "sad", "surprise")


def made_up_details(accuracy, tta=None, **changes):
    """The content of a file whose cell has this accuracy on the test images; `tta` is with augmentation."""
    shown = {} if tta is None else {"accuracy_tta": tta}
    loss = None if changes.get("diverged") else 1.2345
    content = {
        "fingerprint": None,
        "source": "archive",
        "seed": 5,
        "classes": CLASSES,
        "scores": {
            "train": {"images": 675, "accuracy": 0.61, "loss": 0.9},
            "validation": {"images": 75, "accuracy": 0.57, "loss": 1e6},
            "test": {"images": 80, "accuracy": accuracy, "loss": loss, "macro_f1": 0.39} | shown,
            "test_unseen": {"images": 70, "accuracy": 0.43, "loss": 1.5} | shown,
        },
        "intervals": {
            "test": [0.211, 0.408],
            "test_unseen": None,
            "macro_f1": None,
            "calibration_error": None,
        },
        "collapsed": False,
        "diverged": False,
        "epochs_run": 10,
        "parameters": 1234567,
        "macs": 20,
        "training_macs": 10**9,
        "seconds": 12.5,
        "images_per_second": 117.4,
        "deterministic": True,
        "machine": {"processor": "Abacus", "cores": 2, "tensorflow": "2.21.0"},
        "evaluated_on": {"processor": "Abacus", "cores": 2, "tensorflow": "2.21.0"},
        "model_sha256": None,
        "confusion": None,
        "calibration": None,
        "history": None,
        "mistakes": None,
        "right": None,
    }
    return content | changes
