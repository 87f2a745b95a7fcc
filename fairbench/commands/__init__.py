"""What a person or a rule types after `python -m fairbench`, one thin function each."""
