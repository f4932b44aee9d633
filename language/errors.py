"""Every way in which the language room can fail."""

from __future__ import annotations


class ModelMissing(Exception):
    """Raised when pyvi's word segmentation model is not installed or not as expected."""
