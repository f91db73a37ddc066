"""What TensorFlow and Keras read from the environment, decided before either is imported.

They read it once, when they are imported. This module imports neither.
"""

import os
import platform
import sys
from collections.abc import Mapping
from typing import Literal, TypeAlias

from emotions.runtime import cpu

OneDnn: TypeAlias = Literal["always", "avx512"]
"""Where oneDNN trains a network faster than TensorFlow's own kernels, on x86: everywhere, or with AVX-512."""

_ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
_X86 = {"x86_64", "AMD64"}

_KERAS: Mapping[str, str | None] = {
    "KERAS_BACKEND": "tensorflow",
    "KERAS_MAX_EPOCHS": None,
    "KERAS_MAX_STEPS_PER_EPOCH": None,
    "KERAS_NNX_ENABLED": None,
}
"""What the project needs of Keras, whatever the user has; None is unset. The rest of what it can be told
stands in `keras.json`, which `tensorflow_import` keeps it from reading."""

_SHAPING = (
    "TF_", "TENSORFLOW_", "XLA_", "EIGEN_", "KERAS_",
    "ONEDNN_", "DNNL_", "ZENDNN_", "MKL_", "OMP_", "OPENBLAS_", "NPY_", "GLIBC_TUNABLES",
    "CUDA_", "CUDNN_", "CUBLAS_", "NVIDIA_", "NCCL_", "HIP_", "HSA_", "ROCM_", "ROCR_", "MIOPEN_",
)  # fmt: skip
"""How the names of variables begin by which TensorFlow, and what it is built on, choose what they compute."""

_HARMLESS = (
    # Set, or overruled, by this project; what came of them stands in `machine`.
    _ONEDNN, "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", *_KERAS, "TF_FORCE_GPU_ALLOW_GROWTH",
    # Which GPUs there are stands in `machine` too.
    "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
    # Logs and places.
    "TF_CPP_", "KERAS_HOME", "CUDA_HOME", "CUDA_PATH", "CUDA_CACHE_PATH", "ROCM_PATH", "HIP_PATH",
    # What NVIDIA's images say of themselves.
    "CUDA_VERSION", "CUDNN_VERSION", "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_REQUIRE_", "NVIDIA_PRODUCT_NAME",
    # Terraform's, with passwords among them.
    "TF_VAR_", "TF_TOKEN_", "TF_CLI_", "TF_HTTP_", "TF_LOG", "TF_WORKSPACE", "TF_PLUGIN_", "TF_INPUT",
)  # fmt: skip
"""How the names of those begin that change no bits, or may hold what nobody else should read."""

_SECRET = ("KEY", "TOKEN", "SECRET", "PASS", "CREDENTIAL", "AUTH")

_given: dict[str, str | None] = {}
"""What the variables that `prepare` set held before; None for those that were not there."""


def prepare(onednn: OneDnn = "always") -> None:
    """Set the variables that TensorFlow and Keras will read. A second call decides anew.

    Args:
        onednn: Of the network that will be trained or run.

    Raises:
        RuntimeError: TensorFlow is imported, and read something else.
    """
    decided = decide(onednn, inherited(), platform.machine(), cpu.instructions())
    too_late = "tensorflow" in sys.modules or "keras" in sys.modules
    for name, value in decided.items():
        found = os.environ.get(name)
        if too_late and found != value:
            raise RuntimeError(f"{name} is {found}, and TensorFlow was imported before it was set to {value}")
        _given.setdefault(name, found)
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def prepared() -> bool:
    """Tell whether `prepare` was called."""
    return bool(_given)


def inherited() -> dict[str, str]:
    """Return the environment without what `prepare` set, for a process that decides for itself."""
    return {name: value for name, value in (os.environ | _given).items() if value is not None}


def decide(
    onednn: OneDnn, given: Mapping[str, str], architecture: str, instructions: str
) -> dict[str, str | None]:
    """Return what to set and, by None, what to unset.

    TensorFlow takes oneDNN by itself only where a processor has AVX-512 with VNNI, or AMX; its own
    convolutions train ResNet50V2 at 0.4 times the images a second of oneDNN's with AVX2. What the user has
    set is left alone, and so is TensorFlow's default on architectures that nothing was measured on.

    Args:
        onednn: As for `prepare`.
        given: The user's environment.
        architecture: As `platform.machine` has it.
        instructions: As `cpu.instructions` has them.
    """
    decided = dict(_KERAS)
    if _ONEDNN not in given and architecture in _X86:
        slower = onednn == "avx512" and cpu.lacks_avx512(instructions)
        decided[_ONEDNN] = "0" if slower else "1"
    else:
        decided[_ONEDNN] = given.get(_ONEDNN)
    return decided


def shaping(environ: Mapping[str, str]) -> str:
    """Return the variables that may change what is computed, but for those that `prepare` decides.

    Returns:
        `NAME=value` in order of the names, with a space between them; empty where there are none. Variables
        whose names tell of secrets are left out.
    """
    return " ".join(
        f"{name}={value}"
        for name, value in sorted(environ.items())
        if name.startswith(_SHAPING)
        and not name.startswith(_HARMLESS)
        and not any(word in name for word in _SECRET)
    )
