# What the owner of the first machine types on it. The agent there may edit files and do nothing else.
coord init "$HUB" . --name mac
coord allow shell
coord allow agent
# Only with workspaces: the repo that work may be done in.
[ -z "$REPO" ] || coord allow repo "$REPO"
