"""An invented network to look at: two shelters, their people, clients, letters and money.

Every person, name and sum here is invented. What is shown is the same on the same day wherever it
is made, and its dates lie around today, so that it never looks old.
"""
