// Finds coord's MCP server where an agent's own command added it, and says which command takes it out there.
import { shellWord } from '../../../core/base/shell-word.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { tomlIn, valueAt } from '../../../documents/text/toml-text.ts';
import { isOurs } from './mcp-settings.ts';

/** `text`: of the file in which claude keeps its servers. `project`: in that folder alone; null = for its user, and in any folder. */
export function claudeRemovals(text: string, project: string | null): readonly string[] {
  const settings = parsed(text);
  const { projects } = settings;
  const folders = Object.entries(isRecord(projects) ? projects : {}).filter(([, it]) => hasOurs(it));
  return [
    ...(project === null && hasOurs(settings) ? ['claude mcp remove -s user coord'] : []),
    ...folders
      .filter(([folder]) => project === null || folder === project)
      .map(([folder]) => `cd ${shellWord(folder)} && claude mcp remove -s local coord`),
  ];
}

/** `text`: of config.toml. Codex knows none of a project. */
export function codexRemovals(text: string, project: string | null): readonly string[] {
  const isThere = isOurs(valueAt(tomlIn(text), 'mcp_servers', 'coord'));
  return project === null && isThere ? ['codex mcp remove coord'] : [];
}

function hasOurs(settings: unknown): boolean {
  return isRecord(settings) && isRecord(settings.mcpServers) && isOurs(settings.mcpServers.coord);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}
