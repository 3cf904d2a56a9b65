# What the owner of the second machine types: an agent, with a tool that it may use without asking.
coord join "$HUB" . --name pc --tags fast
coord allow shell
coord allow agent
coord allow tool "claude: Bash(node --test)"
# Only with workspaces: the repo that work may be done in.
[ -z "$REPO" ] || coord allow repo "$REPO"
