# What the owner of the third machine types: commands, and no agents.
coord join "$HUB" . --name box
coord allow shell
