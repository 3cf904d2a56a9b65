// The one list of commands that coord starts as processes of its own for features, by their word. Nothing of one is loaded before it is asked for.

/** Returns the exit code. */
type OwnCommand = (word: string | undefined) => Promise<number>;

export const OWN_COMMANDS: Readonly<Record<string, OwnCommand>> = {
  __agent: async () => (await import('./agents/adapters/run-agent.ts')).runAgent(process.env, process.stdout, process.stderr),
  __artifacts: async (phase) => (await import('./artifacts/adapters/run-phase.ts')).phaseCommand(phase),
  __broker: async () => (await import('./hub/adapters/broker-process.ts')).runBroker(),
  __workspace: async (phase) => (await import('./workspaces/adapters/run-phase.ts')).phaseCommand(phase),
};
