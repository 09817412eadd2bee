"""The Amazon side in hand: is the account set up right, which jobs and resources are there, and what becomes
of them. For people who look after a translation; no run of the main job comes here.
"""
