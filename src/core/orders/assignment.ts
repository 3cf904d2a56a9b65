// Which machines an order is meant for (O1). Every machine computes the same from the same snapshot. Pure.
import { kindsOf, rulesOf } from '../../features/rules.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import { isAgentName } from '../model/orders/agent.ts';
import type { Assign, Order, WorkKind } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import { because } from './reason-words.ts';

export type Assignment =
  | { readonly kind: 'machines'; readonly machines: readonly number[] }
  /** No machine can take it at present. */
  | { readonly kind: 'nobody'; readonly why: Because };

/** Which machines may take an order, by what their documents say. */
export function assignmentOf(order: Order, machines: Machines): Assignment {
  switch (order.assign.kind) {
    case 'machine':
      return single(order.assign.machine, machines);
    case 'name':
      return byName(order.assign.name, machines);
    case 'all': {
      const taking = present(machines).filter(
        (number) => order.joiners || !hasPassedOver(machines.get(number)?.results.before, workName(order)),
      );
      return taking.length === 0 ? { kind: 'nobody', why: because.noMachineYet() } : { kind: 'machines', machines: taking };
    }
    case 'nowhere':
      return { kind: 'nobody', why: because.unroutable(order.assign.reason) };
    case 'any':
    case 'list':
    case 'match':
      return sharedAssignment(order, order.assign, machines);
  }
}

/** Whether that machine may take the order, by what all of them say. */
export function isEligible(machine: number, order: Order, machines: Machines): boolean {
  const assignment = assignmentOf(order, machines);
  return assignment.kind === 'machines' && assignment.machines.includes(machine);
}

/** A machine that joins a long list passes over all of it: that is not gone through for each order. */
const passedOver = new WeakMap<readonly string[], ReadonlySet<string>>();

function hasPassedOver(before: readonly string[] | undefined, work: string): boolean {
  if (before === undefined) return false;
  const known = passedOver.get(before) ?? new Set(before);
  passedOver.set(before, known);
  return known.has(work);
}

type SharedAssign = Extract<Assign, { readonly kind: 'any' | 'list' | 'match' }>;

/** A shared order: any of several machines may take it, and one does. It needs a claim (O2). */
export function isShared({ assign }: Pick<Order, 'assign'>): boolean {
  return assign.kind === 'any' || assign.kind === 'list' || assign.kind === 'match';
}

/** Of the orders of a document many say the same, and machines are many. The maps that hold them never change, so remembering is invisible (C1). */
const remembered = new WeakMap<Machines, Map<string, Assignment>>();

function sharedAssignment(order: Order, assign: SharedAssign, machines: Machines): Assignment {
  const { among, serves, fault, noneServes, assignedBy } = rulesOf(order.work);
  const hasRules = [among, serves, fault, noneServes].some((rule) => rule !== undefined);
  const by = hasRules ? (assignedBy?.(order, order.work) ?? null) : '';
  if (by === null) return freshAssignment(order, assign, machines);
  const known = remembered.get(machines) ?? new Map<string, Assignment>();
  remembered.set(machines, known);
  const key = JSON.stringify([assign, kindsOf(order), by]);
  const assignment = known.get(key) ?? freshAssignment(order, assign, machines);
  known.set(key, assignment);
  return assignment;
}

/** In order of preference where the order says one, else by number. */
function freshAssignment(order: Order, assign: SharedAssign, machines: Machines): Assignment {
  const meant =
    assign.kind === 'list' ? listed(assign.of, machines) : present(machines).filter((it) => fits(assign, it, machines));
  const { work } = order;
  const rules = rulesOf(work);
  const fit = rules.among?.(order, meant, machines) ?? meant;
  if ('code' in fit) return { kind: 'nobody', why: fit };
  const served = fit.filter((machine) => rules.serves?.(work, machines.get(machine)?.document) ?? true);
  const wrong = rules.fault?.(work, order.check) ?? null;
  if (wrong !== null) return { kind: 'nobody', why: wrong };
  const kinds = kindsOf(order);
  const allows = (machine: number, kind: WorkKind) => machines.get(machine)?.document.allows.includes(kind) ?? false;
  const allowed = served.filter((machine) => kinds.every((kind) => allows(machine, kind)));
  if (allowed.length > 0) return { kind: 'machines', machines: allowed };
  const able = served.length > 0 ? served : fit;
  const [first] = able;
  if (first === undefined) return { kind: 'nobody', why: whyNobodyFits(assign, machines) };
  const kind = kinds.find((it) => !able.some((machine) => allows(machine, it)));
  const isKindAllowed = able.some((machine) => allows(machine, work.kind));
  const none =
    served.length > 0 ? null : rules.noneServes?.(order, work, { fit, machines, isAllowed: kind === undefined, isKindAllowed });
  if (none != null) return { kind: 'nobody', why: none };
  const missing = kind ?? kinds.at(-1) ?? work.kind;
  const why =
    able.length === 1 ? because.notAllowed(machineLabel(first, machines), missing) : because.allowedNowhere(able, missing);
  return { kind: 'nobody', why };
}

function listed(of: readonly (number | string)[], machines: Machines): readonly number[] {
  const numbers = of.flatMap((who) => {
    if (who === 'any') return present(machines);
    const one = typeof who === 'number' ? single(who, machines) : byName(who, machines);
    return one.kind === 'machines' ? one.machines : [];
  });
  return [...new Set(numbers)];
}

/** The first place in the list that means each machine. `any` is one place for all machines that it adds. */
export function placesIn(of: readonly (number | string)[], machines: Machines): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (const [place, who] of of.entries())
    for (const machine of listed([who], machines)) if (!places.has(machine)) places.set(machine, place);
  return places;
}

const lowerTags = new WeakMap<MachineDocument, ReadonlySet<string>>();

function fits(assign: SharedAssign, machine: number, machines: Machines): boolean {
  const document = machines.get(machine)?.document;
  if (assign.kind !== 'match' || document === undefined) return document !== undefined;
  const has = lowerTags.get(document) ?? new Set(document.tags.map((tag) => tag.toLowerCase()));
  lowerTags.set(document, has);
  return assign.tags.every((tag) => has.has(tag.toLowerCase())) && (assign.tool === null || document.tools.includes(assign.tool));
}

function whyNobodyFits(assign: SharedAssign, machines: Machines): Because {
  if (assign.kind === 'any' || present(machines).length === 0) return because.noMachineYet();
  const sameName = assign.kind === 'list' ? sharedName(assign.of, machines) : null;
  if (sameName !== null) return sameName;
  if (assign.kind === 'list') return because.noneOf(assign.of);
  if (assign.tool !== null && present(machines).some((machine) => fits({ ...assign, tool: null }, machine, machines)))
    return noTool(assign.tool);
  return because.noMachineHas([...assign.tags, ...(assign.tool === null ? [] : [assign.tool])]);
}

/** Where commands may run, coord looks for a tool that an order names (O10). So the help is to install it, or to name it with `coord tool add`. */
function noTool(tool: string): Because {
  return because.noTool(tool, isAgentName(tool) ? 'agent detect' : `tool add ${tool}`);
}

/** A list may mean no machine because two machines have a name in it. */
function sharedName(of: readonly (number | string)[], machines: Machines): Because | null {
  const names = of.filter((who): who is string => typeof who === 'string');
  return names.map((name) => twoNamed(name, machines)).find((why) => why !== null) ?? null;
}

/** `id@generation`: names one piece of work (O8). */
export function workName(order: Pick<Order, 'id' | 'generation'>): string {
  return `${order.id}@${order.generation}`;
}

/** The short phrase for an `assign`, for people. */
export function assignPhrase(assign: Assign, machines: Machines): string {
  switch (assign.kind) {
    case 'machine':
      return machineLabel(assign.machine, machines);
    case 'name':
      return assign.name;
    case 'nowhere':
      return 'nobody';
    case 'all':
    case 'any':
      return assign.kind;
    case 'list':
      return assign.of.join(' or ');
    case 'match':
      return [...assign.tags, ...(assign.tool === null ? [] : [assign.tool])].join(' + ');
  }
}

const presentIn = new WeakMap<Machines, readonly number[]>();

function present(machines: Machines): readonly number[] {
  const known = presentIn.get(machines);
  if (known !== undefined) return known;
  const there = [...machines.values()].map(({ document }) => document).filter(({ state }) => state !== 'LEFT');
  const numbers = there.map(({ machine }) => machine).sort((a, b) => a - b);
  presentIn.set(machines, numbers);
  return numbers;
}

function single(number: number, machines: Machines): Assignment {
  const state = machines.get(number)?.document.state;
  if (state === undefined) return { kind: 'nobody', why: because.noMachine(String(number)) };
  if (state === 'LEFT') return { kind: 'nobody', why: because.machineLeft(machineLabel(number, machines)) };
  return { kind: 'machines', machines: [number] };
}

/** `who`: the number or name of one machine; null = it is in the fleet. */
export function whyNotThere(who: string, machines: Machines): Because | null {
  if (!/^[0-9]+$/.test(who)) return named(who, machines).length === 0 ? whyNobodyNamed(who, machines) : null;
  const one = single(Number(who), machines);
  return one.kind === 'nobody' ? one.why : null;
}

function byName(name: string, machines: Machines): Assignment {
  const [first] = named(name, machines);
  if (first === undefined) return { kind: 'nobody', why: whyNobodyNamed(name, machines) };
  const why = twoNamed(name, machines);
  return why === null ? { kind: 'machines', machines: [first] } : { kind: 'nobody', why };
}

function whyNobodyNamed(name: string, machines: Machines): Because {
  const left = bearers([...machines.keys()], name, machines);
  if (left.length === 0) return because.noMachine(`named ${name}`);
  return because.machineLeft(machineLabel(Math.max(...left), machines), name);
}

function named(name: string, machines: Machines): number[] {
  return bearers(present(machines), name, machines);
}

function bearers(numbers: readonly number[], name: string, machines: Machines): number[] {
  const wanted = name.toLowerCase();
  return numbers.filter((number) => machines.get(number)?.document.name.toLowerCase() === wanted);
}

function twoNamed(name: string, machines: Machines): Because | null {
  const numbers = named(name, machines);
  return numbers.length < 2 ? null : because.sameName(numbers, name);
}
