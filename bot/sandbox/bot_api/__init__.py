"""The Bot API as one sandbox bot sees it: state, rules, wording of refusals."""
