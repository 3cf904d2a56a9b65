// The words that may stand before every command: they say which fleet is meant. Read without the parser, by what must stay small.

interface AfterFleet {
  readonly dir: string | undefined;
  readonly fleet: string | undefined;
  readonly rest: readonly string[];
}

/** The folder and the fleet that are named first, each once, and what stands behind them. */
export function afterFleet(words: readonly string[]): AfterFleet {
  let found: AfterFleet = { dir: undefined, fleet: undefined, rest: words };
  for (;;) {
    const [first = '', second = ''] = found.rest;
    const [, name, value] = /^--(dir|fleet)(?:=(.*))?$/s.exec(first) ?? [];
    if ((name !== 'dir' && name !== 'fleet') || found[name] !== undefined) return found;
    found = { ...found, [name]: value ?? second, rest: found.rest.slice(value === undefined ? 2 : 1) };
  }
}
