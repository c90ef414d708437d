"""Bills of materials (SBOM) out of the catalogue: `bill_of` gathers what was known at a moment, `pieces` writes it in a form.

The same state gives the same bytes. No person stands in them: suppliers are organisations, auditors are named by the number
of their conclusion.
"""

from __future__ import annotations

from .bill import Bill, Extract, Item, Relation, Statement
from .forms import FORMS, Form, pieces
from .gather import CATALOGUE, Place, bill_of

__all__ = [
    "CATALOGUE",
    "FORMS",
    "Bill",
    "Extract",
    "Form",
    "Item",
    "Place",
    "Relation",
    "Statement",
    "bill_of",
    "pieces",
]
