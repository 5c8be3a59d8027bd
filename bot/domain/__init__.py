"""Pure values and rules: no await, no input or output, no clock, no wording."""
