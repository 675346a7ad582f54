"""Try a promise: what clocks would have shown for the same behaviour (docs/sla.md, Trying a promise)."""
