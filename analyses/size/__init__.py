"""`replan size`: how many patients, events, sites or months a power takes."""
