# What the owner of the third machine types: commands, and no agents.
coord join "$HUB" . --name box
coord allow shell
# Only with workspaces: the repo that work may be done in.
[ -z "$REPO" ] || coord allow repo "$REPO"
