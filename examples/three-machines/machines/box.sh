# What the owner of the third machine types: commands, and no agents.
coord join "$HUB" . --name box
coord allow shell
# Work may be done in fresh checkouts of this repo, and its branches are pushed there.
coord allow repo "$REPO"
