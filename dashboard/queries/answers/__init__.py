"""The shapes of answers: frozen dataclasses that queries give, and figures, sentences and components take."""
