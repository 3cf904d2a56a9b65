// Writes the trailers of a run's commit: order, machine and agent.
import type { WorkspaceRequest } from '../../../core/model/orders/workspace.ts';
import { visibleLine } from '../../../documents/text/escape-text.ts';
import type { RunSpec } from '../../../ports.ts';
import type { Author } from './checkout.ts';

const SUBJECT_MAX = 100;

type Named = Pick<WorkspaceRequest, 'machine' | 'agent' | 'title'>;

export function trailersOf({ order, generation, attempt }: RunSpec, { machine, agent }: Named): string[] {
  return [
    `Coord-Order: ${order}`,
    `Coord-Run: ${generation}.${attempt}`,
    `Coord-Machine: ${machine.number} ${machine.name.replaceAll(/[\r\n]+/g, ' ')}`,
    ...(agent === null ? [] : [`Coord-Agent: ${agent}`]),
  ];
}

export function messageOf(spec: RunSpec, request: Named): string {
  const title = (request.title ?? '').trim();
  const head = title === '' ? spec.order : `${spec.order}: ${title}`;
  return `${visibleLine(head, SUBJECT_MAX)}\n\n${trailersOf(spec, request).join('\n')}\n`;
}

export function authorOf({ number, name }: WorkspaceRequest['machine']): Author {
  return { name: `coord on ${name.replaceAll(/[<>\r\n\u0000]+/g, ' ')}`, email: `machine-${number}@coord.invalid` };
}
