"""Both endpoints of a published trial re-analysed together, from record to results."""
