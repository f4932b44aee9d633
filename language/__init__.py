"""What Vietnamese text is: syllables, marks, tones, words, days, names of laws. Imports nothing of ours.

Everything that compares, orders or cuts Vietnamese calls what is here, so that there is one definition of each.
"""
