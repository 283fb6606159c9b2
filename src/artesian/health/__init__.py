"""Facts → how the service is: levels of freshness, states, reasons. Pure; where facts come from is no matter here."""
