// Reads what `gh issue list --json number,title,body,labels,state,url` prints. Pure.
import { faultText } from '../../../core/model/status/fault.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { toValue } from '../../../documents/json/json-node.ts';
import { readJson } from '../../../documents/json/json-text.ts';
import type { Found, LeftOut, ReadFile } from './drafts.ts';
import { issueWork, textOf } from './issues.ts';

export function readGithubIssues(text: string, agent: string): ReadFile {
  const { root, faults, positionAt } = readJson(text, 'the file');
  const [fault] = faults.filter(({ level }) => level === 'fault');
  if (root?.kind !== 'array' || fault !== undefined) {
    const why = fault === undefined ? 'expected a list of issues, as gh issue list --json prints it' : faultText(fault);
    return { found: [], left: [{ line: fault?.line ?? null, what: 'the file', why }] };
  }
  const found: Found[] = [];
  const left: LeftOut[] = [];
  for (const item of root.items) {
    const { line } = positionAt(item.offset);
    const issue = toValue(item);
    const number = isRecord(issue) ? issue.number : undefined;
    if (!isRecord(issue) || typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) {
      left.push({ line, what: 'an entry', why: 'expected an issue with a "number"' });
      continue;
    }
    const key = `#${number}`;
    const title = textOf(issue, 'title');
    const from = textOf(issue, 'url') || `issue ${key}`;
    const texts = [['Text', textOf(issue, 'body')]] as const;
    if (textOf(issue, 'state').toUpperCase() === 'CLOSED') left.push({ line, what: key, why: 'it is closed' });
    else found.push({ line, key, name: `${number}`, title, fields: issueWork(agent, { title, texts, from }) });
  }
  return { found, left };
}
