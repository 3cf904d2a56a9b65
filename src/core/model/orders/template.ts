// A template of fleet.yaml: steps with parameters, which an order takes with `use` or by its type. documents/templates/expand.ts makes orders of it.

/** A value as it is written in a document of people's. */
export type Written = string | number | boolean | null | readonly Written[] | { readonly [name: string]: Written };

export interface Template {
  readonly name: string;
  /** By `typeKey`: orders of these types that say no work take it. */
  readonly types: readonly string[];
  /** By name: the value where an order gives none; null = an order has to give one. */
  readonly parameters: Readonly<Record<string, string | null>>;
  /** As written, with their placeholders. */
  readonly steps: readonly { readonly [field: string]: Written }[];
  /** Names what parameters and steps say: equal for equal ones. It is short, and whoever wants to makes another one with the same. */
  readonly digest: string;
  /** What it was before numbers counted as they are typed (O7.1): marks of runs still name it; absent = the same. */
  readonly former?: string;
}

export interface Templates {
  /** A template that cannot be read is there with the reason. */
  readonly byName: Readonly<Record<string, Template | Unusable>>;
  /** None of them can be read; null = each is judged by itself. */
  readonly unreadable: string | null;
}

export interface Unusable {
  readonly wrong: string;
  /** Types that it would take, as far as they can be read. */
  readonly types: readonly string[];
  /** It may take others too: nobody knows which ones its slip leaves out. */
  readonly hidesTypes: boolean;
}

export const NO_TEMPLATES: Templates = { byName: {}, unreadable: null };

export const DIGEST_LENGTH = 12;

/** What an order gives to a run of a template's step, and where that came from. */
export interface FromTemplate {
  readonly digest: string;
  /** The very version that made it: what a signature covers. */
  readonly version: Pick<Template, 'name' | 'parameters' | 'steps'>;
  /** By parameter; a run has each as COORD_WITH_<NAME>. */
  readonly values: Readonly<Record<string, string>>;
  /** Equal for equal values. */
  readonly given: string;
}

/** `mark`: what a person's approval of the step names (O4a). */
export type MadeStep = FromTemplate & { readonly mark: string };

/** `step`: the name that a run's step has if the order is the one that was asked for. */
export interface BegunStep {
  readonly step: string;
  readonly generation: number;
  readonly digest: string;
}

/** By the id of an order and its generation: the steps of it that ever ran in that generation, or a later one, and by which version. */
export type Begun = (id: string, generation: number) => readonly BegunStep[];

/** What besides ORDERS.json says which orders there are. */
export interface TemplateSources {
  readonly templates: Templates;
  /** Versions that are in force no more, by digest. */
  readonly earlier: ReadonlyMap<string, Template>;
  readonly begun: Begun;
}
