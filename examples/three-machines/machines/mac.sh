# What the owner of the first machine types on it. The agent there may edit files and do nothing else.
coord init "$HUB" . --name mac
coord allow shell
coord allow agent
# Work may be done in fresh checkouts of this repo, and its branches are pushed there.
coord allow repo "$REPO"
