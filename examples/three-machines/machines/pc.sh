# What the owner of the second machine types: an agent, with a tool that it may use without asking.
coord join "$HUB" . --name pc --tags fast
coord allow shell
coord allow agent
coord allow tool "claude: Bash(node --test)"
# Work may be done in fresh checkouts of this repo, and its branches are pushed there.
coord allow repo "$REPO"
