"""The cost model: tokens and calls to seconds on a named GPU, by roofline and scheduler."""

from .calls import Call, Prefix, Visit
from .hardware import Gpu, GpuProfile, Model
from .measured import MeasuredCall, predict_measured
from .original import original_calls, original_section_passes, section_passes_of
from .profiles import DEFAULT_PROFILE, PROFILES, gpu_profile
from .scheduler import Prediction, predict

__all__ = [
    "DEFAULT_PROFILE",
    "PROFILES",
    "Call",
    "Gpu",
    "GpuProfile",
    "MeasuredCall",
    "Model",
    "Prediction",
    "Prefix",
    "Visit",
    "gpu_profile",
    "original_calls",
    "original_section_passes",
    "predict",
    "predict_measured",
    "section_passes_of",
]
