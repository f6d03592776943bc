"""Rows that stay as they were written: what happened, what was said, what was signed."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise


class NeverChanged(models.Model):
    """A row that is written once; saving it again raises ValidationError."""

    NEVER_CHANGED: ClassVar[str | Promise]  # what it says to whoever tries, with what to do instead

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValidationError(str(self.NEVER_CHANGED))
        super().save(*args, **kwargs)


class NeverDeleted(models.Model):
    """A row that is kept for good; deleting it raises ValidationError."""

    NEVER_DELETED: ClassVar[str | Promise]

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise ValidationError(str(self.NEVER_DELETED))
