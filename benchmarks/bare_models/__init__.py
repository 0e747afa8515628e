"""What the model of a scorer takes by itself: a module for each scorer whose work is a model.

It bears the scorer's name and has `bare(scorer, things)`, which prepares what the model reads of
some things and returns a function without arguments that calls the model on all of it.
"""
