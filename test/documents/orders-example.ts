// The example of section 5 of the protocol, as it stands there.
export const ORDERS_EXAMPLE = `{
  "$schema": "./schemas/orders.schema.json",
  "version": 1,
  "orders": [
    { "id": "hello", "assign": 2, "run": "echo hello" },
    { "id": "train", "title": "Train the small model", "assign": { "tags": ["gpu"] }, "run": ["python3", "train.py"],
      "cwd": "~/models", "env": { "SEED": "1" }, "timeout": "2h", "attempts": 3, "priority": "high", "after": ["hello"] },
    { "id": "pull-everywhere", "assign": "all", "run": "git -C ~/app pull --ff-only" },
    { "id": "nightly", "assign": "any", "schedule": "0 3 * * *", "run": "npm run backup" },
    { "id": "fix-login", "assign": { "tool": "claude" }, "agent": "claude", "prompt": "Fix the flaky login test",
      "spec": "specs/login.md", "check": "npm test", "workspace": { "repo": "git@example.com:me/app.git", "branch": "main" } }
  ]
}
`;
